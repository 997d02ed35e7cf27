import { setTimeout as pause } from 'node:timers/promises';
import { createPosthornClient, PosthornApiError, type PosthornClient, PosthornConnectionError } from '@posthorn/client';
import type { Deployment } from '@posthorn/testing';
import { now } from './clock.ts';
import { publishOnce } from './publish-once.ts';

/** An event that was answered with 202. */
export interface Accepted {
  id: string;
  /** When it was published first, and when it was answered with 202. */
  sentAtMs: number;
  acceptedAtMs: number;
}

/** What a publisher saw instead of 202. */
export interface Refusal {
  n: number;
  status: number;
  code: string;
  retryAfterSeconds: number | undefined;
}

export interface LoadResult {
  /** By the number of the event, `n` of its data. */
  accepted: ReadonlyMap<number, Accepted>;
  refused: readonly Refusal[];
  /** Requests without an answer, by the error that the publisher saw: `ECONNREFUSED`, `ECONNRESET`, … */
  unanswered: Readonly<Record<string, number>>;
}

/** Events published at a steady rate, whether or not those before have been answered. */
export interface Load {
  readonly sent: number;
  readonly accepted: number;
  /** Publishes no more, and resolves when every event has got its 202. @throws what no publisher may see. */
  stop(): Promise<LoadResult>;
}

export interface LoadOptions {
  perSecond?: number;
  /** Number of the first event: that of another load on the same deployment begins where this one ends. */
  first?: number;
  /** Ends by itself after so many. */
  count?: number;
  /**
   * What a publisher meets by publishing the same event again, with the same key, at the next ingest. `anything` is what
   * docs/publishing.md tells them: no answer, 503, 429. With `refused connections` each event has a connection of its own.
   */
  retry?: 'anything' | 'refused connections';
  /** How long one event is tried. */
  giveUpAfterMs?: number;
}

const PAUSE_MS = 200;

/** Starts to publish over all ingests of the deployment in turn; ends with the deployment at the latest. */
export const startLoad = (deployment: Deployment, options: LoadOptions = {}): Load => {
  const { perSecond = 100, first = 0, count = Infinity, retry = 'anything', giveUpAfterMs = 120_000 } = options;
  const accepted = new Map<number, Accepted>();
  const refused: Refusal[] = [];
  const unanswered: Record<string, number> = {};
  const clients = new Map<number, PosthornClient>();
  const publishing: Promise<void>[] = [];
  let stopped = false;

  const portAt = (turn: number): number => {
    const ingests = deployment.of('ingest');
    // With none left the port of discarding services refuses, as an address does at which nobody listens.
    return ingests[turn % Math.max(1, ingests.length)]?.port ?? 9;
  };
  const clientAt = (port: number): PosthornClient => {
    const known = clients.get(port);
    if (known !== undefined) return known;
    const client = createPosthornClient({ baseUrl: `http://127.0.0.1:${port}`, token: deployment.token, retries: 0 });
    clients.set(port, client);
    return client;
  };

  /** Notes what came instead of 202. @returns how long to wait before the next try. @throws what may not be met so. */
  const meet = (error: unknown, n: number): number => {
    if (error instanceof PosthornConnectionError) {
      unanswered[error.code] = (unanswered[error.code] ?? 0) + 1;
      if (retry === 'anything' || error.code === 'ECONNREFUSED') return error.code === 'ECONNREFUSED' ? 5 : PAUSE_MS;
    }
    if (error instanceof PosthornApiError) {
      const { status, code, retryAfterSeconds } = error;
      refused.push({ n, status, code, retryAfterSeconds });
      const mayTry = retry === 'anything' && (status === 503 || status === 429);
      if (mayTry) return retryAfterSeconds === undefined ? PAUSE_MS : retryAfterSeconds * 1000;
    }
    throw error;
  };

  const publish = async (n: number): Promise<void> => {
    const event = { type: 'contact.created', data: { n }, idempotencyKey: `event-${n}` };
    const sentAtMs = now();
    for (let turn = n; ; turn += 1) {
      try {
        const port = portAt(turn);
        const published =
          retry === 'anything'
            ? clientAt(port).events.publish(event)
            : publishOnce({ port, token: deployment.token, event });
        const { id } = await published;
        accepted.set(n, { id, sentAtMs, acceptedAtMs: now() });
        return;
      } catch (error) {
        const waitMs = meet(error, n);
        if (deployment.closed || now() - sentAtMs > giveUpAfterMs) throw error;
        await pause(waitMs);
      }
    }
  };

  const running = (async () => {
    const startedAt = performance.now();
    for (let nth = 0; nth < count && !stopped && !deployment.closed; nth += 1) {
      const waitMs = startedAt + (nth * 1000) / perSecond - performance.now();
      if (waitMs > 0) await pause(waitMs);
      const published = publish(first + nth);
      // Thrown by `stop`; until then nobody listens.
      published.catch(() => {});
      publishing.push(published);
    }
  })();

  return {
    get sent() {
      return publishing.length;
    },
    get accepted() {
      return accepted.size;
    },
    async stop() {
      stopped = count === Infinity || stopped;
      await running;
      await Promise.all(publishing);
      return { accepted, refused, unanswered };
    },
  };
};
