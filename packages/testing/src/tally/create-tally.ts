import { createPairCounter } from './count-pairs.ts';

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

export const createTally = () => {
  const pairs = createPairCounter();
  const report: TallyReport = { received: 0, distinct: 0, duplicates: 0, unreadable: 0 };
  return {
    report,
    /** Notes a request; `body` is the text that arrived. */
    add(path: string, body: string): void {
      report.received += 1;
      const arrival = pairs.note(path, body);
      if (arrival === 'unreadable') report.unreadable += 1;
      else if (arrival === 'first') report.distinct += 1;
      else report.duplicates += 1;
    },
    missing: pairs.missing,
  };
};
