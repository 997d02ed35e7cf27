import { createPairCounter, type LatencySummary, summarizeLatencies } from '@posthorn/testing';

/** What a receiver has seen. Times are milliseconds since 1970; NaN while nothing has come. */
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

/** Of the paths with the same first segment. */
interface Group {
  arrivals: Arrivals;
  latenciesMs: number[];
}

const AT = /"at":(\d+(?:\.\d+)?)/;

const none = (): Arrivals => ({
  received: 0,
  distinct: 0,
  duplicates: 0,
  unreadable: 0,
  firstAtMs: Number.NaN,
  lastAtMs: Number.NaN,
});

/** The first segment of a path, without slashes. */
export const groupOf = (path: string): string => path.split('/', 2)[1] ?? '';

/** Counts by webhook (the path of the request) and event (`n` of the body, from 0), and measures from `at` of the body. */
export const createArrivalCounter = () => {
  const pairs = createPairCounter();
  const groups = new Map<string, Group>();

  return {
    add(path: string, body: string, atMs: number): void {
      const name = groupOf(path);
      const group = groups.get(name) ?? { arrivals: none(), latenciesMs: [] };
      groups.set(name, group);
      const { arrivals } = group;
      arrivals.received += 1;
      if (arrivals.received === 1) arrivals.firstAtMs = atMs;
      arrivals.lastAtMs = atMs;
      const dueMs = Number(AT.exec(body)?.[1]);
      if (!Number.isNaN(dueMs)) group.latenciesMs.push(atMs - dueMs);
      const arrival = pairs.note(path, body);
      if (arrival === 'unreadable') arrivals.unreadable += 1;
      else if (arrival === 'first') arrivals.distinct += 1;
      else arrivals.duplicates += 1;
    },
    /** Under one first segment of the path. */
    arrivals: (group: string): Arrivals => groups.get(group)?.arrivals ?? none(),
    /** Since they were last forgotten. */
    latencies: (group: string): LatencySummary => summarizeLatencies(groups.get(group)?.latenciesMs ?? []),
    forgetLatencies(): void {
      for (const group of groups.values()) group.latenciesMs = [];
    },
  };
};
