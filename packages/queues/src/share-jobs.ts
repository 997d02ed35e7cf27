import { JOB_VERSION, type QueuedJob } from '@posthorn/contracts';
import { jobId } from './catalog.ts';
import type { Enqueue } from './open-producer.ts';

/** A job as BullMQ takes it. */
export interface BulkJob {
  name: string;
  data: QueuedJob;
  opts: { jobId: string; delay?: number };
}

const toBulk = (data: QueuedJob, id: string, delayMs: number): BulkJob => ({
  name: 'attempt',
  data,
  opts: { jobId: id, ...(delayMs > 0 ? { delay: Math.ceil(delayMs) } : {}) },
});

/** One job for each attempt, but for those that share one: these are one job, where the first of them stands. */
export const shareJobs = (entries: readonly Enqueue[]): BulkJob[] => {
  const shared = new Map<string, string[]>();
  const bulk: BulkJob[] = [];
  for (const { job, delayMs, sharedJob = null } of entries) {
    if (sharedJob === null) {
      bulk.push(toBulk(job, jobId(job), delayMs));
      continue;
    }
    const known = shared.get(sharedJob);
    if (known !== undefined) {
      known.push(job.d);
      continue;
    }
    const deliveries = [job.d];
    shared.set(sharedJob, deliveries);
    bulk.push(toBulk({ v: JOB_VERSION, s: sharedJob, ds: deliveries }, sharedJob, delayMs));
  }
  return bulk;
};
