import { JOB_VERSION } from '@posthorn/contracts';
import {
  type Database,
  leaveSharedJob,
  promoteDeliveries,
  promoteManualRetries,
  type PromotedDelivery,
  type PromoteOptions,
  releaseRetriesToScheduler,
  releaseToScheduler,
} from '@posthorn/database';
import type { Enqueue, Producer } from '@posthorn/queues';
import type { Logger, ScheduleMetrics } from '@posthorn/runtime';

export interface PromoteDeps {
  database: Database;
  producer: Producer;
  logger: Logger;
  metrics: ScheduleMetrics;
  options: PromoteOptions;
}

/**
 * Leaves out the deliveries whose first attempt is part of a shared job that the queue has: they only wait long. Those of a
 * shared job that is gone get jobs of their own, by which the queue knows each of them from then on.
 */
const findJobless = async (
  deliveries: readonly PromotedDelivery[],
  { database, producer }: Pick<PromoteDeps, 'database' | 'producer'>,
): Promise<PromotedDelivery[]> => {
  const sharing = deliveries.flatMap(({ jobId, shard }) => (jobId === null ? [] : [{ jobId, shard }]));
  if (sharing.length === 0) return [...deliveries];
  const there = await producer.findShared(sharing);
  const jobless = deliveries.filter(({ jobId }) => jobId === null || !there.has(jobId));
  const left = jobless.filter(({ jobId }) => jobId !== null).map(({ id }) => id);
  if (left.length > 0) await leaveSharedJob(database, left);
  return jobless;
};

const toJobs = (
  deliveries: readonly PromotedDelivery[],
  retries: readonly { id: string; deliveryId: string; shard: number }[],
): Enqueue[] => [
  ...deliveries.map(({ id, attempts, shard, dueInMs }) => ({
    job: { v: JOB_VERSION, d: id, n: attempts + 1 } as const,
    shard,
    delayMs: dueInMs,
  })),
  ...retries.map(({ id, deliveryId, shard }) => ({
    job: { v: JOB_VERSION, d: deliveryId, n: 0, r: id } as const,
    shard,
    delayMs: 0,
  })),
];

/**
 * Enqueues one batch of what is due soon or was lost by the queue. Rows are marked first, so that replicas take different
 * ones; when enqueueing fails the mark is taken back and the next run finds them again.
 * @returns whether there may be more.
 */
export const promoteDue = async ({ database, producer, logger, metrics, options }: PromoteDeps): Promise<boolean> => {
  const stop = metrics.promoteSeconds.startTimer();
  const deliveries = await promoteDeliveries(database, options);
  const retries = await promoteManualRetries(database, options);
  if (deliveries.length === 0 && retries.length === 0) return false;
  let jobs: Enqueue[];
  try {
    const jobless = await findJobless(deliveries, { database, producer });
    jobs = toJobs(jobless, retries);
    await producer.enqueue(jobs);
  } catch (error) {
    const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id);
    await releaseToScheduler(database, idsOf(deliveries));
    await releaseRetriesToScheduler(database, idsOf(retries));
    throw error;
  }
  stop();
  // What is not due yet came within the horizon; the rest should have been in the queue and is overdue.
  const early = deliveries.filter(({ dueInMs }) => dueInMs > 0).length;
  metrics.promoted.inc(early);
  metrics.enqueuedAgain.inc(jobs.length - early);
  logger.info({ deliveries: deliveries.length, manualRetries: retries.length }, 'deliveries.promoted');
  return deliveries.length >= options.limit || retries.length >= options.limit;
};
