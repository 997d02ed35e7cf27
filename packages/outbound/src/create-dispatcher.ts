import { isHttpType, isListenType } from '@posthorn/contracts';
import { createOutbound } from './create-outbound.ts';
import type { Outbound, OutboundOptions, OutboundRequest, OutboundResult } from './outbound-types.ts';

/** Where a webhook's requests go, and by which sender. */
export interface Route {
  url: string;
  send: Outbound['send'];
}

/** Hands requests to clients that are connected to this installation: for webhooks of the type `listen`. */
export interface RelaySender {
  /** As `send` of an Outbound, for the client of a webhook's listener. */
  send(webhookId: number, request: OutboundRequest): Promise<OutboundResult>;
  /** Finishes what is under way. */
  close(): Promise<void>;
}

/** Senders for all types of webhooks. */
export interface Dispatcher {
  /** Null when nothing here runs webhooks of this type. */
  routeOf(webhook: { id: number; type: string; targetUrl: string }): Route | null;
  /** Finishes what is under way. */
  close(): Promise<void>;
}

export interface DispatcherOptions extends OutboundOptions {
  /** Address of the program that runs webhooks of a type, by the name of the type in lower case. */
  runners: ReadonlyMap<string, string>;
  /** Without one nothing runs webhooks of the type `listen`. */
  relay?: RelaySender;
}

/** The operator names the runners, and they are at home in private networks: no egress proxy stands before them. */
const ANYWHERE = ['0.0.0.0/0', '::/0'];

const runnerUrl = (runner: string, target: string): string => {
  const url = new URL(runner);
  url.searchParams.set('target', target);
  return url.href;
};

/**
 * Webhooks of type `webhook` are sent to their target URL, behind the address guard. Those of another type go to the
 * runner that is registered for it, with what their target names (a script, say) as the query parameter `target`; those of
 * type `listen` go to the client of their listener, whatever their target is.
 */
export const createDispatcher = ({ runners, relay, ...options }: DispatcherOptions): Dispatcher => {
  const receivers = createOutbound(options);
  const trusted =
    runners.size === 0 ? null : createOutbound({ ...options, allowCidrs: ANYWHERE, egressProxy: undefined });
  return {
    routeOf({ id, type, targetUrl }) {
      if (isHttpType(type)) return { url: targetUrl, send: receivers.send };
      if (isListenType(type)) {
        return relay === undefined ? null : { url: targetUrl, send: (request) => relay.send(id, request) };
      }
      const runner = runners.get(type.toLowerCase());
      if (runner === undefined || trusted === null) return null;
      return { url: runnerUrl(runner, targetUrl), send: trusted.send };
    },
    async close() {
      await Promise.all([receivers.close(), trusted?.close(), relay?.close()]);
    },
  };
};

/** `crmscript=http://scripts:9000/run,other=http://…` as a map. */
export const readRunners = (text: string): Map<string, string> =>
  new Map(
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => [part.slice(0, part.indexOf('=')).trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]),
  );
