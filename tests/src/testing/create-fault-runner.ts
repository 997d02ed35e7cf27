import { waitUntil } from '@posthorn/testing';
import { catchInFlight, type InFlight, listInFlight } from './catch-in-flight.ts';
import { now } from './clock.ts';
import { judgeFault } from './judge-fault.ts';
import type { FaultSystem } from './start-fault-system.ts';
import { type Load, type LoadResult, startLoad } from './start-load.ts';

export interface FaultToRun {
  /** What is done, for the table. */
  fault: string;
  /** Resolves once the fault has begun. */
  begin(): Promise<unknown>;
  /** What is to be seen or awaited as long as it lasts; `loads` are those of the systems, in order. */
  during?(loads: readonly Load[]): Promise<unknown>;
  /** Ends it. What follows goes by itself. */
  end(): Promise<unknown>;
  /** Whether what is in flight when it begins may come twice; true unless said otherwise. */
  mayRepeat?: boolean;
  perSecond?: number;
}

/** So many events are accepted by each system before a fault, and again after it. */
const BEFORE = 40;
const AFTER = 40;

const accepts = (load: Load, more: number): Promise<boolean> => {
  const target = load.accepted + more;
  return waitUntil(`${more} more events are accepted`, () => load.accepted >= target, { timeoutMs: 90_000 });
};

/**
 * Runs faults one after the other on systems that stand on the same thing, each under load: events are accepted before it and
 * again after it, all that got 202 arrives, and the table gets a row for each system. Gives what publishers saw.
 */
export const createFaultRunner = (systems: () => readonly FaultSystem[]) => {
  const published = new Map<FaultSystem, number>();
  return async (run: FaultToRun): Promise<LoadResult[]> => {
    const { fault, begin, during, end, mayRepeat = true, perSecond = 20 } = run;
    const under = systems();
    const loads = under.map((system) => startLoad(system.deployment, { first: published.get(system) ?? 0, perSecond }));
    let results: LoadResult[] = [];
    let caught: InFlight | undefined;
    let endedAtMs = 0;
    try {
      await Promise.all(loads.map((load) => accepts(load, BEFORE)));
      caught = await catchInFlight(under, begin);
      await during?.(loads);
      await end();
      endedAtMs = now();
      await Promise.all(loads.map((load) => accepts(load, AFTER)));
    } finally {
      results = await Promise.all(loads.map((load) => load.stop()));
      under.forEach((system, index) => published.set(system, (published.get(system) ?? 0) + (loads[index]?.sent ?? 0)));
    }
    for (const [index, system] of under.entries()) {
      const load = results[index];
      if (load === undefined || caught === undefined) continue;
      const before = caught.before[index] ?? new Set<string>();
      const inFlight = mayRepeat ? await listInFlight(system, before, caught, load) : 0;
      await judgeFault({ fault, system, load, endedAtMs, inFlight });
    }
    return results;
  };
};
