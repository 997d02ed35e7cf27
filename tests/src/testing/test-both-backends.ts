import { beforeAll, test } from '@jest/globals';
import { type QueuePlace, QUEUE_BACKENDS } from './start-redis-places.ts';

/** What is done on one backend of the queues, from its start to its end. */
export type Scenario = (backend: string, startPlace: () => Promise<QueuePlace>) => Promise<void>;

/**
 * Runs a scenario on both backends at once, since most of its time is waiting, and has a test for each outcome. (Jest's own
 * `test.concurrent` runs outside of any test, where modules cannot be loaded.)
 */
export const testBothBackends = (promise: string, scenario: Scenario, timeoutMs: number): void => {
  const outcomes = new Map<string, PromiseSettledResult<void>>();
  beforeAll(async () => {
    const settled = await Promise.allSettled(QUEUE_BACKENDS.map(([backend, start]) => scenario(backend, start)));
    QUEUE_BACKENDS.forEach(([backend], nth) => outcomes.set(backend, settled[nth] as PromiseSettledResult<void>));
  }, timeoutMs);
  test.each(QUEUE_BACKENDS)(`queues in %s: ${promise}`, (backend) => {
    const outcome = outcomes.get(backend);
    if (outcome === undefined) throw new Error('It did not end in time');
    if (outcome.status === 'rejected') throw outcome.reason;
  });
};
