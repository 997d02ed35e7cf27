import type { AttemptJob } from '@posthorn/contracts';
import type { LoadedDelivery } from '@posthorn/database';

/** What is to be done with a job, before anything is sent. */
export type Decision =
  | { kind: 'attempt' }
  /** The job is of the past: the delivery moved on without it. */
  | { kind: 'skip'; reason: string }
  | { kind: 'settle'; status: 'held' | 'discarded'; reason: string };

/** Decides from the rows what a job may do. Rows are the truth: a job that does not fit them is dropped, whatever it says. */
export const checkDelivery = (job: AttemptJob, delivery: LoadedDelivery): Decision => {
  const isManual = job.r !== undefined;
  if (delivery.status === 'discarded') return { kind: 'skip', reason: 'the delivery was discarded' };
  if (!isManual && delivery.status !== 'pending') return { kind: 'skip', reason: `the delivery is ${delivery.status}` };
  if (!isManual && delivery.attempts !== job.n - 1) {
    return { kind: 'skip', reason: `attempt ${job.n} is not the next one: ${delivery.attempts} were made` };
  }
  if (delivery.webhook === null) return { kind: 'settle', status: 'discarded', reason: 'the webhook was deleted' };
  if (delivery.webhook.state !== 'Active') {
    return { kind: 'settle', status: 'held', reason: `the webhook is ${delivery.webhook.state}` };
  }
  return { kind: 'attempt' };
};
