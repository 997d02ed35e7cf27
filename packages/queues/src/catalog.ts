import type { AttemptJob } from '@posthorn/contracts';
import type { JobsOptions } from 'bullmq';

/**
 * First attempts (and manual retries: a person is waiting) have a lane of their own, so that an outage of one receiver,
 * which fills the other lane with retries, does not delay what is new. What a replay sends again waits there, too.
 */
export const LANES = ['first', 'retry'] as const;
export type Lane = (typeof LANES)[number];

/** Name of a lane's queue. BullMQ refuses `:` in names. */
export const queueName = (lane: Lane): string => `deliver-${lane}`;

/** The lane of a job. */
export const laneOf = (job: AttemptJob): Lane => (job.n > 1 ? 'retry' : 'first');

/**
 * Derived from what the job does, so that enqueueing twice is a no-op while the job is kept: delivery and attempt number,
 * or the manual retry.
 */
export const jobId = (job: AttemptJob): string => (job.r === undefined ? `${job.d}-${job.n}` : `manual-${job.r}`);

/**
 * A receiver's failure is recorded and the job is done; only faults of ours (PostgreSQL away) fail a job, and those the
 * queue tries again. Jobs leave the queue when they end, either way: rows say what is owed, and an id that stayed would
 * turn the scheduler's second enqueueing into a no-op.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 6,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
};
