import { type SqlDatabase, releaseToScheduler } from '@posthorn/database/sql';
import type { Enqueue } from '@posthorn/queues';
import type { DeliveryMetrics, Logger } from '@posthorn/runtime';

/** Hands attempts that could not be enqueued to the scheduler, which enqueues them when they are due. Never rejects. */
export type LeaveRetries = (jobs: readonly Enqueue[], error: unknown) => Promise<void>;

export const createRetryLeaver =
  (deps: { database: SqlDatabase; logger: Logger; metrics: Pick<DeliveryMetrics, 'leftToScheduler'> }): LeaveRetries =>
  async (jobs, error) => {
    const { database, logger, metrics } = deps;
    logger.warn({ err: error, deliveries: jobs.length }, 'retries.left_to_scheduler');
    metrics.leftToScheduler.inc({ from: 'retry' }, jobs.length);
    const ids = jobs.map(({ job }) => job.d);
    await releaseToScheduler(database, ids).catch((failure: unknown) =>
      logger.warn({ err: failure, deliveries: ids.length }, 'deliveries.release_failed'),
    );
  };
