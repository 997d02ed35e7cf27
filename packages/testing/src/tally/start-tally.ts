import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../wait-until.ts';
import type { Arrival } from './create-arrivals.ts';
import type { TallyReport } from './create-tally.ts';
import type { TallyMessage, TallyOrder } from './messages.ts';
import type { LatencySummary } from './summarize-latencies.ts';

/** A receiver that counts, as a process of its own. */
export interface TallyReceiver {
  url: string;
  pid: number;
  report(): Promise<TallyReport>;
  /** Of the events 0 to `count`, the first few that did not come to the webhook of this path. */
  missing(path: string, count: number): Promise<number[]>;
  /** What came of each event, at the webhook of this path or at all of them. Only with `keepArrivals`. */
  arrivals(path?: string): Promise<Arrival[]>;
  /** Of the requests under a prefix of the path since it was last asked; bodies need `data.at`. */
  takeLatencies(prefix?: string): Promise<LatencySummary>;
  /** Resolves once so many different deliveries have arrived. @throws Error with what had arrived instead. */
  waitForDistinct(count: number, timeoutMs: number): Promise<TallyReport>;
  close(): Promise<void>;
}

/** The built file, also where the sources run: a process of its own knows no test transform. */
const MAIN = fileURLToPath(new URL('../../dist/tally/main.js', import.meta.url));

/**
 * Starts one. It answers every request with 204 at once, or as the query of the target asks: `?delayMs=50&failFirst=2`. What
 * it answers with an error it does not count. `keepArrivals` lets it tell of each event by itself.
 */
export const startTallyReceiver = async ({ keepArrivals = false } = {}): Promise<TallyReceiver> => {
  const child = fork(MAIN, keepArrivals ? ['--keep-arrivals'] : [], { execArgv: [] });
  const waiting = new Map<number, (value: unknown) => void>();
  let lastId = 0;
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`The counting receiver ended with ${status}`)));
    child.on('message', (message: TallyMessage) => {
      if (message.kind === 'listening') {
        resolve(message.port);
        return;
      }
      waiting.get(message.id)?.(message.value);
      waiting.delete(message.id);
    });
  });
  const ask = <T>(order: Omit<TallyOrder, 'id'>): Promise<T> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, resolve as (value: unknown) => void);
      child.send({ ...order, id: lastId }, (error) => error !== null && reject(error));
    });
  const report = (): Promise<TallyReport> => ask({ order: 'report' });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    report,
    missing: (path, count) => ask({ order: 'missing', path, count }),
    arrivals: (path) => ask({ order: 'arrivals', ...(path === undefined ? {} : { path }) }),
    takeLatencies: (prefix = '/') => ask({ order: 'latencies', path: prefix }),
    async waitForDistinct(count, timeoutMs) {
      try {
        return await waitUntil(
          `${count} deliveries`,
          async () => {
            const now = await report();
            return now.distinct >= count && now;
          },
          { timeoutMs, intervalMs: 50 },
        );
      } catch (error) {
        throw new Error(`Of ${count} deliveries came ${JSON.stringify(await report())}`, { cause: error });
      }
    },
    close() {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      return ended;
    },
  };
};
