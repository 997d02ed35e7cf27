/** What a receiver that counts has seen. */
export interface TallyReport {
  /** Requests in all. */
  received: number;
  /** Pairs of a webhook and an event that came at least once. */
  distinct: number;
  /** Requests beyond the first of their pair. */
  duplicates: number;
  /** Requests without an `n` in their data. */
  unreadable: number;
}

/**
 * Counts by webhook (the path of the request) and event (`data.n`, from 0): an event that was stored twice under two ids
 * counts as a duplicate as well.
 */
export const createTally = () => {
  const seen = new Map<string, Uint8Array>();
  const report: TallyReport = { received: 0, distinct: 0, duplicates: 0, unreadable: 0 };
  const countsOf = (path: string, n: number): Uint8Array => {
    const counts = seen.get(path) ?? new Uint8Array(1024);
    if (n < counts.length && seen.has(path)) return counts;
    const larger = new Uint8Array(Math.max(counts.length, 2 ** Math.ceil(Math.log2(n + 1))));
    larger.set(counts);
    seen.set(path, larger);
    return larger;
  };
  return {
    report,
    /** Notes a request; `body` is the text that arrived. */
    add(path: string, body: string): void {
      report.received += 1;
      // Cheaper than to parse, and the tests' own bodies have it once.
      const n = Number(/"n":(\d+)/.exec(body)?.[1] ?? Number.NaN);
      if (!Number.isSafeInteger(n)) {
        report.unreadable += 1;
        return;
      }
      const counts = countsOf(path, n);
      const before = counts[n] ?? 0;
      counts[n] = Math.min(255, before + 1);
      if (before === 0) report.distinct += 1;
      else report.duplicates += 1;
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

export type Tally = ReturnType<typeof createTally>;
