import { type Database, releaseEverything } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import type { Logger, ScheduleMetrics } from '@posthorn/runtime';

/**
 * Notices that the queue lost its memory (emptied, or restarted without its data) and has everything that was in it
 * enqueued again from the rows, now instead of after the lease.
 */
export const recoverLost = async (deps: {
  database: Database;
  producer: Producer;
  logger: Logger;
  metrics: Pick<ScheduleMetrics, 'memoryLosses'>;
  horizonSeconds: number;
}): Promise<void> => {
  if (!(await deps.producer.claimLostMemory())) return;
  const deliveries = await releaseEverything(deps.database, deps.horizonSeconds);
  if (deliveries === 0) return;
  deps.metrics.memoryLosses.inc();
  deps.logger.warn({ deliveries }, 'queue.lost_its_memory');
};
