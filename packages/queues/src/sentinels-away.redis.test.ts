import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLatch, startRedisSentinels, type TestSentinels, waitUntil } from '@posthorn/testing';
import type { ConnectionEvents } from './connection-events.ts';
import { attemptJob, enqueueUntilTaken, openTestQueues } from './testing/open-test-queue.ts';

let servers: TestSentinels;
let queues: Awaited<ReturnType<typeof openTestQueues>>;
beforeEach(async () => {
  servers = await startRedisSentinels();
  queues = await openTestQueues();
});
afterEach(async () => {
  await queues.closeAll();
  await queues.drop();
  await servers.close();
});

const createListener = () => {
  const told = createLatch<string>('connection events');
  const events: ConnectionEvents = {
    onLost: () => told.push('lost'),
    onBack: () => told.push('back'),
    onEvicting: (node, policy) => told.push(`${policy} on ${node}`),
  };
  return { told, events };
};

describe('when the Sentinels make the replica the primary', () => {
  // One that is killed, under load: tests/src/faults/redis-failover.test.ts.
  test.each(['hangs', 'was asked to step down'])(
    'because the primary %s, all goes on by itself, and the outage is told once',
    async (why) => {
      const { told, events } = createListener();
      const queue = queues.open({ redis: servers.place, shards: 3 });
      const { handled } = queue.consume({ events });
      const jobs = (count: number) =>
        Array.from({ length: count }, (_, index) => ({ job: attemptJob(), shard: index % 3, delayMs: 0 }));
      const before = jobs(30);
      await enqueueUntilTaken(queue.producer, before);
      await handled.waitFor(30);

      const primary = await servers.primary();
      if (why === 'hangs') primary.hang();
      else await servers.stepDown();
      const after = jobs(30);
      // While nobody is the primary the rows wait; whoever enqueues tries again.
      await enqueueUntilTaken(queue.producer, after);
      await waitUntil(
        'all have come',
        () => {
          const came = new Set(handled.items.map(({ job }) => job.d));
          return after.every(({ job }) => came.has(job.d));
        },
        { timeoutMs: 60_000 },
      );
      await servers.failedOver(primary);
      // A primary that hangs may be left before anybody noticed.
      await waitUntil('no outage is told that has not ended', () => told.items.at(-1) !== 'lost');
      expect(told.items.length).toBeLessThanOrEqual(2);
    },
    90_000,
  );
});
