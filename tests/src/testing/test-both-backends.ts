import { beforeAll, test } from '@jest/globals';
import { type FaultSystem, type FaultSystemOptions, startFaultSystem } from './start-fault-system.ts';
import { QUEUE_BACKENDS } from './start-redis-places.ts';

/**
 * Starts a system on each backend of the queues and runs a scenario on both at once, since most of its time is waiting; has a
 * test for each outcome. (Jest's own `test.concurrent` runs outside of any test, where modules cannot be loaded.)
 */
export const testBothBackends = (
  promise: string,
  options: Omit<FaultSystemOptions, 'backend' | 'startPlace'>,
  scenario: (system: FaultSystem) => Promise<void>,
  timeoutMs: number,
): void => {
  const run = async (backend: string, startPlace: FaultSystemOptions['startPlace']): Promise<void> => {
    const system = await startFaultSystem({ backend, startPlace, ...options });
    try {
      await scenario(system);
    } finally {
      await system.close();
    }
  };
  const outcomes = new Map<string, PromiseSettledResult<void>>();
  beforeAll(async () => {
    const settled = await Promise.allSettled(QUEUE_BACKENDS.map(([backend, start]) => run(backend, start)));
    QUEUE_BACKENDS.forEach(([backend], nth) => outcomes.set(backend, settled[nth] as PromiseSettledResult<void>));
  }, timeoutMs);
  test.each(QUEUE_BACKENDS)(`queues in %s: ${promise}`, (backend) => {
    const outcome = outcomes.get(backend);
    if (outcome === undefined) throw new Error('It did not end in time');
    if (outcome.status === 'rejected') throw outcome.reason;
  });
};
