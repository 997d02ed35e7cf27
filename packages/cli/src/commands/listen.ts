import type { ListenerRequest, ListenerView, PosthornClient } from '@posthorn/client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { type Forwarded, type ListenerEvents, runListener } from '../forward/run-listener.ts';
import type { Output } from '../output/create-output.ts';
import { clean, formatDuration } from '../output/format.ts';
import { readList } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { withExamples } from './examples.ts';

interface ListenOptions {
  forwardTo: string;
  events: string[];
  name?: string;
}

/** Deleting the listener, after Ctrl-C: nobody waits longer. */
const DELETE_TIMEOUT_MS = 2000;

const readTarget = (text: string): URL => {
  try {
    const url = new URL(/^https?:\/\//.test(text) ? text : `http://${text}`);
    if (url.username === '' && url.password === '') return url;
  } catch {
    // Said below.
  }
  throw new CliError('--forward-to must be an address such as http://localhost:4000/hooks.', EXIT.usage);
};

/** What is in the body, for people who look at the lines; the receiver gets the bytes. */
const nameEvent = ({ body }: ListenerRequest): string => {
  try {
    const { type } = JSON.parse(Buffer.from(body, 'base64').toString('utf8')) as { type?: unknown };
    return typeof type === 'string' ? clean(type) : '-';
  } catch {
    return '-';
  }
};

const showForwarded = (out: Output, { request, answer, durationMs }: Forwarded): void => {
  const { deliveryId, method } = request;
  const isGood = 'status' in answer && answer.status < 300;
  const result = out.paint(isGood ? 'green' : 'red', 'status' in answer ? String(answer.status) : answer.error.code);
  const time = new Date().toISOString().slice(11, 19);
  const took = formatDuration(durationMs);
  out.print(`${time}  ${nameEvent(request)}  ${deliveryId ?? '-'}  ${method} -> ${result}  ${took}`);
  if ('error' in answer) out.print(`          ${clean(answer.error.message)}`);
};

const toJson = ({ request, answer, durationMs }: Forwarded) => ({
  event: 'forwarded',
  requestId: request.id,
  deliveryId: request.deliveryId,
  eventType: nameEvent(request),
  durationMs: Math.round(durationMs),
  ...('status' in answer ? { status: answer.status } : { error: answer.error }),
});

const createEvents = (out: Output): ListenerEvents => {
  let wasLost = false;
  return {
    onConnected() {
      out.item({ event: 'connected' }, () => out.print(wasLost ? 'Connected again.' : 'Ready; Ctrl-C ends it.'));
      wasLost = false;
    },
    onLost(error) {
      if (wasLost) return;
      wasLost = true;
      out.item({ event: 'lost', reason: error.message }, () =>
        out.print(`The connection was lost (${clean(error.message)}); trying to get it back.`),
      );
    },
    onForwarded: (forwarded) => out.item(toJson(forwarded), () => showForwarded(out, forwarded)),
    onUnanswered: ({ id, deliveryId }, error) => {
      const reason = error instanceof Error ? error.message : String(error);
      out.item({ event: 'unanswered', requestId: id, deliveryId, reason }, () =>
        out.print(`          The answer did not reach the server: ${clean(reason)}`),
      );
    },
  };
};

const start = (out: Output, { id, webhookId, events, secret }: ListenerView, target: URL): void =>
  out.item({ event: 'listening', listenerId: id, webhookId, events, secret, forwardTo: target.href }, () => {
    out.print(`Webhook ${webhookId} gets ${clean(events.join(', '))} and forwards to ${target.href}`);
    out.print(`Secret: ${secret}`);
  });

/** Best effort: the server deletes a listener without a client after an hour. */
const remove = async (client: PosthornClient, { id }: ListenerView, out: Output): Promise<void> => {
  try {
    await client.listeners.delete(id, { signal: AbortSignal.timeout(DELETE_TIMEOUT_MS) });
  } catch {
    out.note('The webhook could not be deleted; the server does so within about an hour.');
  }
};

/** `posthorn listen` */
export const addListenCommand = (program: Command, cli: Cli): void => {
  const listen = program
    .command('listen')
    .description('receive webhooks on this machine: a temporary webhook, whose deliveries are forwarded with signature')
    .requiredOption('--forward-to <address>', 'where to forward to, such as http://localhost:4000/hooks')
    .option('--events <types>', 'event types and patterns, with commas between them', readList, ['*'])
    .option('--name <name>', 'name of the webhook. Default listener')
    .action(
      withSession<ListenOptions>(cli, async ({ connect, out, signal }, { forwardTo, events, name }) => {
        const target = readTarget(forwardTo);
        const client = await connect();
        const body = { events, ...(name === undefined ? {} : { name }) };
        const listener = await client.listeners.create(body, { signal });
        try {
          start(out, listener, target);
          await runListener(client, listener, { target, signal, events: createEvents(out) });
        } finally {
          await remove(client, listener, out);
        }
      }),
    );
  withExamples(
    listen,
    'posthorn listen --forward-to http://localhost:4000/hooks',
    'posthorn listen --forward-to localhost:4000 --events contact.*,order.paid --json',
  );
};
