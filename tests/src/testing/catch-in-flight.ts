import { waitUntil } from '@posthorn/testing';
import { now } from './clock.ts';
import { findInFlight, pairOf } from './find-in-flight.ts';
import type { LoadResult } from './start-load.ts';
import type { TestSystem } from './start-test-system.ts';

/** Attempts that were in flight when a fault began. */
export interface InFlight {
  /** In flight when it was about to begin, by system. */
  before: Set<string>[];
  askedAtMs: number;
  begunAtMs: number;
}

/**
 * A job that a worker has taken reaches the receiver within so much, on a busy machine too: its rows are loaded, and it waits
 * for its turn.
 */
const IN_HANDS_MS = 3000;

/** Connections of the test itself may be those that an earlier fault has broken. */
const findNow = (system: TestSystem): Promise<Set<string>> =>
  waitUntil('the rows can be read', () => findInFlight(system).catch(() => null), { timeoutMs: 60_000 });

/** Lets a fault begin and notes what is in flight at that moment. Receivers that take a moment to answer make it much. */
export const catchInFlight = async (
  systems: readonly TestSystem[],
  begin: () => Promise<unknown>,
): Promise<InFlight> => {
  const askedAtMs = now();
  const before = await Promise.all(systems.map(findNow));
  await begin();
  return { before, askedAtMs, begunAtMs: now() };
};

/**
 * All that was in flight when the fault began: at the receiver and not recorded yet, or on its way there, in the hands of a
 * worker. Of the latter it is known that they were published before the fault and arrived right afterwards.
 */
export const listInFlight = async (
  { receiver }: TestSystem,
  before: ReadonlySet<string>,
  { askedAtMs, begunAtMs }: InFlight,
  load: LoadResult,
): Promise<Set<string>> => {
  const arrivals = await receiver.arrivals();
  const onTheirWay = arrivals.filter(
    ({ n, firstAtMs }) =>
      firstAtMs >= askedAtMs &&
      firstAtMs <= begunAtMs + IN_HANDS_MS &&
      (load.accepted.get(n)?.sentAtMs ?? Infinity) <= begunAtMs,
  );
  return new Set([...before, ...onTheirWay.map(({ path, n }) => pairOf(path, n))]);
};
