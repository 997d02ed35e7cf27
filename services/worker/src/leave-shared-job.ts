import { type AttemptJob, JOB_VERSION } from '@posthorn/contracts';
import { type SqlDatabase, leaveSharedJob } from '@posthorn/database/sql';
import type { ConsumerOptions, Enqueue, Later, Producer } from '@posthorn/queues';
import { createBatcher, type DeliveryMetrics, type Logger } from '@posthorn/runtime';
import { createRetryLeaver } from './leave-retries.ts';

const MAX_BATCH = 200;

interface Leaving {
  job: AttemptJob;
  later: Later;
}

/**
 * Gives attempts whose turn has not come jobs of their own. Their rows say so first: from then on the shared job cannot make
 * them, also when it runs again after a crash; without a job they are the scheduler's, as any other.
 */
export const createSharedJobLeaver = (deps: {
  database: SqlDatabase;
  producer: Producer;
  logger: Logger;
  metrics: Pick<DeliveryMetrics, 'leftToScheduler'>;
}): ConsumerOptions['leaveShared'] => {
  const { database, producer } = deps;
  const leaveRetries = createRetryLeaver(deps);
  const toEnqueue = (leaving: readonly Leaving[], rows: ReadonlyMap<string, number>): Enqueue[] =>
    leaving.flatMap(({ job, later }) => {
      const shard = rows.get(job.d);
      if (shard === undefined) return [];
      const delayMs = Math.ceil(later.delayMs);
      const paced = later.paced ? { paced: Date.now() + delayMs } : {};
      return [{ job: { v: JOB_VERSION, d: job.d, n: job.n, ...paced }, shard, delayMs }];
    });

  const batcher = createBatcher<Leaving, void>({
    maxSize: MAX_BATCH,
    maxFlushes: 1,
    // Bounded by the number of attempts that run.
    maxPending: Infinity,
    async flush(leaving) {
      const rows = await leaveSharedJob(
        database,
        leaving.map(({ job }) => job.d),
      );
      const jobs = toEnqueue(leaving, new Map(rows.map(({ id, shard }) => [id, shard])));
      try {
        await producer.enqueue(jobs);
      } catch (error) {
        await leaveRetries(jobs, error);
      }
      return leaving.map(() => undefined);
    },
  });
  return async (job, later) => {
    await batcher.add({ job, later });
  };
};
