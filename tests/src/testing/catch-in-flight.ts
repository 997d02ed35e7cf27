import type { TestSystem } from './start-test-system.ts';
import { now } from './clock.ts';
import { findInFlight, pairOf } from './find-in-flight.ts';

/**
 * Lets a fault begin and gives the attempts that were in flight at that moment: those that were just before, and those that
 * reached the receiver from then on until it had begun. Receivers that take a moment to answer make them many.
 */
export const catchInFlight = async (
  systems: readonly TestSystem[],
  begin: () => Promise<unknown>,
): Promise<Set<string>[]> => {
  const askedAtMs = now();
  const before = await Promise.all(systems.map((system) => findInFlight(system)));
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
