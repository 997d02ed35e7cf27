import { waitUntil } from '@posthorn/testing';
import { now } from './clock.ts';
import { findInFlight, pairOf } from './find-in-flight.ts';
import type { TestSystem } from './start-test-system.ts';

/** Connections of the test itself may be those that an earlier fault has broken. */
const findNow = (system: TestSystem): Promise<Set<string>> =>
  waitUntil('the rows can be read', () => findInFlight(system).catch(() => null), { timeoutMs: 60_000 });

/**
 * Lets a fault begin and gives the attempts that were in flight at that moment: those that were just before, and those that
 * reached the receiver from then on until it had begun. Receivers that take a moment to answer make them many.
 */
export const catchInFlight = async (
  systems: readonly TestSystem[],
  begin: () => Promise<unknown>,
): Promise<Set<string>[]> => {
  const askedAtMs = now();
  const before = await Promise.all(systems.map(findNow));
  await begin();
  const begunAtMs = now();
  return Promise.all(
    systems.map(async ({ receiver }, index) => {
      const arrivals = await receiver.arrivals();
      const since = arrivals.filter(({ firstAtMs }) => firstAtMs >= askedAtMs && firstAtMs <= begunAtMs);
      return new Set([...(before[index] ?? []), ...since.map(({ path, n }) => pairOf(path, n))]);
    }),
  );
};
