import { type ServiceProcess, waitUntil } from '@posthorn/testing';
import { now } from './clock.ts';
import { findInFlight } from './find-in-flight.ts';
import type { FaultSystem } from './start-fault-system.ts';

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((pair) => other.has(pair));

/**
 * Kills a worker by SIGKILL and gives its attempts in flight. It is stopped in its tracks first (SIGSTOP), which nobody outside
 * can tell from the kill itself: then the others record what is theirs, and what stays is what the dead one had.
 */
export const killWorker = async (system: FaultSystem, worker: ServiceProcess): Promise<Set<string>> => {
  process.kill(worker.pid, 'SIGSTOP');
  const stoppedAtMs = now();
  let before = await findInFlight(system, stoppedAtMs);
  const inFlight = await waitUntil(
    'what is in flight is that of the stopped worker alone',
    async () => {
      const after = await findInFlight(system, stoppedAtMs);
      if (isSame(before, after)) return after;
      before = after;
      return false;
    },
    { intervalMs: 200 },
  );
  await worker.stop('SIGKILL');
  return inFlight;
};
