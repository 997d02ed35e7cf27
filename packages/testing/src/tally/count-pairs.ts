/** What a request is among those of the same webhook and event. */
export type PairArrival = 'first' | 'again' | 'unreadable';

const FIRST_SIZE = 1024;

/** Cheaper than to parse; the bodies of tests and benchmarks have it once. */
const N = /"n":(\d+)/;

/**
 * Tells apart requests by webhook (their path) and event (`n` of its data, from 0): an event that was stored twice under two
 * ids comes again as well.
 */
export const createPairCounter = () => {
  const seen = new Map<string, Uint8Array>();

  const countsOf = (path: string, n: number): Uint8Array => {
    const counts = seen.get(path) ?? new Uint8Array(FIRST_SIZE);
    if (n < counts.length && seen.has(path)) return counts;
    const larger = new Uint8Array(Math.max(counts.length, 2 ** Math.ceil(Math.log2(n + 1))));
    larger.set(counts);
    seen.set(path, larger);
    return larger;
  };

  return {
    note(path: string, body: string): PairArrival {
      const n = Number(N.exec(body)?.[1]);
      if (!Number.isSafeInteger(n)) return 'unreadable';
      const counts = countsOf(path, n);
      const before = counts[n] ?? 0;
      counts[n] = Math.min(255, before + 1);
      return before === 0 ? 'first' : 'again';
    },
    /** Events from 0 to `count` that did not come to this webhook: the first of them, for a message. */
    missing(path: string, count: number, most = 20): number[] {
      const counts = seen.get(path);
      const missing: number[] = [];
      for (let n = 0; n < count && missing.length < most; n += 1) if ((counts?.[n] ?? 0) === 0) missing.push(n);
      return missing;
    },
  };
};
