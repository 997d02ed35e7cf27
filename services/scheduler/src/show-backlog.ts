import { type Database, measureBacklog } from '@posthorn/database';
import { LANES, type Producer } from '@posthorn/queues';
import type { BacklogMetrics } from '@posthorn/runtime';

const showQueue = async (producer: Pick<Producer, 'depths'>, { queueJobs }: BacklogMetrics): Promise<void> => {
  const depths = await producer.depths();
  for (const lane of LANES) {
    for (const [state, jobs] of Object.entries(depths[lane])) queueJobs.set({ lane, state }, jobs);
  }
};

const showRows = async (database: Database, metrics: BacklogMetrics): Promise<void> => {
  const backlog = await measureBacklog(database);
  for (const lane of LANES) metrics.oldestDueSeconds.set({ lane }, backlog.oldestDueSeconds[lane]);
  metrics.noticesOwed.set(backlog.noticesOwed);
  metrics.oldestNoticeSeconds.set(backlog.oldestNoticeSeconds);
};

/**
 * Measures how much waits. What cannot be measured disappears from the metrics: an old number would tell an autoscaler
 * that all is well while the database is away. Replicas measure the same each for itself, so that no one of them has to
 * be alive for it.
 * @throws Error of the first part that could not be asked.
 */
export const showBacklog = async (
  { database, producer }: { database: Database; producer: Pick<Producer, 'depths'> },
  metrics: BacklogMetrics,
): Promise<void> => {
  const [queue, rows] = await Promise.allSettled([showQueue(producer, metrics), showRows(database, metrics)]);
  if (queue.status === 'rejected') metrics.queueJobs.reset();
  if (rows.status === 'rejected') {
    metrics.oldestDueSeconds.reset();
    metrics.noticesOwed.remove();
    metrics.oldestNoticeSeconds.remove();
  }
  for (const part of [queue, rows]) if (part.status === 'rejected') throw part.reason;
};
