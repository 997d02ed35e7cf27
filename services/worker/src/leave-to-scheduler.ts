import { type AttemptJob, encodeId } from '@posthorn/contracts';
import {
  type SqlDatabase,
  leaveSharedJob,
  releaseRetriesToScheduler,
  releaseToScheduler,
} from '@posthorn/database/sql';
import type { DeliveryMetrics, Logger } from '@posthorn/runtime';

/** Gives a job back to its row: the scheduler enqueues it when it is due, by the clock of PostgreSQL. */
export type LeaveToScheduler = (job: AttemptJob, reason: string) => Promise<void>;

/**
 * A queue keeps time by the clocks of those who use it (BullMQ moves what is delayed, and locks jobs in PostgreSQL, by the
 * time of the worker that asks), so that one clock that is wrong brings retries too early or too late. Rows have the time of
 * PostgreSQL: what they do not agree with does not happen.
 */
export const createLeaver =
  (deps: {
    database: SqlDatabase;
    logger: Logger;
    metrics: Pick<DeliveryMetrics, 'leftToScheduler'>;
  }): LeaveToScheduler =>
  async (job, reason) => {
    const { database, logger, metrics } = deps;
    // Its shared job goes on without it, so that the scheduler need not wait for the end of that.
    if (job.s !== undefined) await leaveSharedJob(database, [job.d]);
    if (job.r === undefined) await releaseToScheduler(database, [job.d]);
    else await releaseRetriesToScheduler(database, [job.r]);
    metrics.leftToScheduler.inc({ from: 'clock' });
    logger.warn({ deliveryId: encodeId('delivery', job.d), attempt: job.n, reason }, 'job.given_back');
  };
