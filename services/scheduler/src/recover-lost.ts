import { type Database, releaseEverything } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import type { Logger, ScheduleMetrics } from '@posthorn/runtime';

/**
 * Notices that the queue lost its memory (emptied, or restarted without its data; on a Cluster, the shards of one node) and
 * has everything that was in it enqueued again from the rows, now instead of after the lease.
 */
export const recoverLost = async (deps: {
  database: Database;
  producer: Producer;
  logger: Logger;
  metrics: Pick<ScheduleMetrics, 'memoryLosses'>;
  horizonSeconds: number;
}): Promise<void> => {
  const shards = await deps.producer.claimLostMemory();
  if (shards.length === 0) return;
  const deliveries = await releaseEverything(deps.database, { horizonSeconds: deps.horizonSeconds, shards });
  if (deliveries === 0) return;
  deps.metrics.memoryLosses.inc();
  deps.logger.warn({ deliveries, shards: shards.length }, 'queue.lost_its_memory');
};
