import { type LatencySummary, summarizeLatencies } from './summarize-latencies.ts';

/** What a receiver has seen. Times are milliseconds since 1970. */
export interface Arrivals {
  received: number;
  /** Pairs of a path and an event that came at least once. */
  distinct: number;
  /** Requests beyond the first of their pair. */
  duplicates: number;
  /** Requests whose body has no `n`. */
  unreadable: number;
  firstAtMs: number;
  lastAtMs: number;
}

const N = /"n":(\d+)/;
const AT = /"at":(\d+(?:\.\d+)?)/;
const FIRST_SIZE = 64;

/** Counts by webhook (the path of the request) and event (`n` of the body, from 0), and measures from `at` of the body. */
export const createArrivalCounter = () => {
  const seen = new Map<string, Uint8Array>();
  const latencies = new Map<string, number[]>();
  const arrivals: Arrivals = {
    received: 0,
    distinct: 0,
    duplicates: 0,
    unreadable: 0,
    firstAtMs: Number.NaN,
    lastAtMs: Number.NaN,
  };

  const countsOf = (path: string, n: number): Uint8Array => {
    const counts = seen.get(path) ?? new Uint8Array(FIRST_SIZE);
    if (n < counts.length && seen.has(path)) return counts;
    const larger = new Uint8Array(Math.max(counts.length, 2 ** Math.ceil(Math.log2(n + 1))));
    larger.set(counts);
    seen.set(path, larger);
    return larger;
  };

  const measure = (path: string, body: string, atMs: number): void => {
    const dueMs = Number(AT.exec(body)?.[1]);
    if (Number.isNaN(dueMs)) return;
    const first = path.slice(0, path.indexOf('/', 1) === -1 ? undefined : path.indexOf('/', 1));
    const list = latencies.get(first);
    if (list === undefined) latencies.set(first, [atMs - dueMs]);
    else list.push(atMs - dueMs);
  };

  return {
    arrivals,
    add(path: string, body: string, atMs: number): void {
      arrivals.received += 1;
      if (arrivals.received === 1) arrivals.firstAtMs = atMs;
      arrivals.lastAtMs = atMs;
      measure(path, body, atMs);
      const n = Number(N.exec(body)?.[1]);
      if (!Number.isSafeInteger(n)) {
        arrivals.unreadable += 1;
        return;
      }
      const counts = countsOf(path, n);
      const before = counts[n] ?? 0;
      counts[n] = Math.min(255, before + 1);
      if (before === 0) arrivals.distinct += 1;
      else arrivals.duplicates += 1;
    },
    forgetLatencies: (): void => latencies.clear(),
    /** By the first segment of the path, with its slash. */
    latencies: (): Record<string, LatencySummary> =>
      Object.fromEntries([...latencies].map(([path, values]) => [path, summarizeLatencies(values)])),
  };
};
