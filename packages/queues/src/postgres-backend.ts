import type { QueuedJob } from '@posthorn/contracts';
import { Queue, Worker } from 'bullmq';
import { queueName } from './catalog.ts';
import type { BackendEvents } from './connection-events.ts';
import type { QueueBackend } from './queue-backend.ts';
import { createRevivingBackend } from './revive-postgres.ts';

const ONE_SHARD: readonly number[] = [0];

/**
 * The queues in PostgreSQL. They have one shard, whatever the rows say that were written while Redis was in use: all queues
 * are rows of the same table on the same server, and each one would take connections of its own.
 */
export const openPostgresBackend = (databaseUrl: string, schema: string, events: BackendEvents): QueueBackend => {
  const connection = { connectionString: databaseUrl, schema, migrate: true, max: 4 };
  const probe = new Queue('probe', { connection }, createRevivingBackend);
  // Without a listener BullMQ writes the whole error to the console.
  probe.on('error', (error) => events.onLost(error));
  return {
    shardOf: () => 0,
    openQueue: (lane, _shard, options) =>
      new Queue(queueName(lane), { ...options, connection }, createRevivingBackend) as unknown as Queue<QueuedJob>,
    openWorker: (lane, _shard, process, options) =>
      new Worker(
        queueName(lane),
        process,
        { ...options, connection },
        createRevivingBackend,
      ) as unknown as Worker<QueuedJob>,
    // With one shard a worker is only woken when it has a slot.
    wakeAnother() {},
    async ping() {
      await probe.getJobCountByTypes('wait');
    },
    shardsWithJobs: () => Promise.resolve(ONE_SHARD),
    // Jobs are rows beside the deliveries: they are lost only together with them.
    claimLostMemory: () => Promise.resolve([]),
    // Its driver has no one form for a lost connection.
    isOutage: () => true,
    close: () => probe.close(),
  };
};
