import type { AttemptJob } from '@posthorn/contracts';
import type { LoadedDelivery, LoadedRetry } from '@posthorn/database/sql';

/** What is to be done with a job, before anything is sent. */
export type Decision =
  /** `number`: that of the automatic attempt; 0 when it is one beside the schedule. */
  | { kind: 'attempt'; number: number }
  /** The job is of the past: the delivery moved on without it. */
  | { kind: 'skip'; reason: string }
  /** Its time has not come: whoever enqueued it had another time. */
  | { kind: 'early'; reason: string }
  /** Not now: what asked for it asks again. */
  | { kind: 'leave'; reason: string }
  | { kind: 'settle'; status: 'held' | 'discarded'; reason: string };

const skip = (reason: string): Decision => ({ kind: 'skip', reason });

/** A delayed job comes by the clocks of others: so much early does no harm, more goes back to its row. */
const EARLY_MS = 15_000;

const checkAutomatic = (job: AttemptJob, { status, attempts, jobId, dueInMs }: LoadedDelivery): Decision => {
  if (status !== 'pending') return skip(`the delivery is ${status}`);
  if (attempts !== job.n - 1) return skip(`attempt ${job.n} is not the next one: ${attempts} were made`);
  // Its row says which job may make the first attempt, so that two jobs for it never both do.
  if (job.n === 1 && (job.s ?? null) !== jobId) return skip('another job makes this attempt');
  if ((dueInMs ?? 0) > EARLY_MS) return { kind: 'early', reason: 'the attempt is not due yet' };
  return { kind: 'attempt', number: job.n };
};

/**
 * A replay sends a delivery only in a state that it is about: one that was delivered or taken up meanwhile is left alone. A
 * held one goes on where its schedule stopped; any other gets one attempt beside it.
 */
const checkRetry = (retry: LoadedRetry | undefined, { status, attempts }: LoadedDelivery): Decision => {
  if (retry === undefined) return skip('the retry is over');
  if (retry.replay === null) return { kind: 'attempt', number: 0 };
  if (retry.replay.state === 'cancelled') return skip('the replay of the delivery was cancelled');
  const isAbout: readonly string[] = retry.replay.statuses;
  if (!isAbout.includes(status)) return skip(`the delivery is ${status} meanwhile`);
  return { kind: 'attempt', number: status === 'held' ? attempts + 1 : 0 };
};

/**
 * Decides from the rows what a job may do. Rows are the truth: a job that does not fit them is dropped, whatever it says.
 * @param retry the manual retry that the job names; undefined when it names none, or one that is over.
 */
export const checkDelivery = (job: AttemptJob, delivery: LoadedDelivery, retry?: LoadedRetry): Decision => {
  const { status, webhook } = delivery;
  if (status === 'discarded') return skip('the delivery was discarded');
  const decision = job.r === undefined ? checkAutomatic(job, delivery) : checkRetry(retry, delivery);
  if (decision.kind !== 'attempt') return decision;
  if (webhook === null) return { kind: 'settle', status: 'discarded', reason: 'the webhook was deleted' };
  if (webhook.state === 'Active') return decision;
  const reason = `the webhook is ${webhook.state}`;
  // Its replay is paused now, and takes it up again when the webhook is Active.
  return retry?.replay ? { kind: 'leave', reason } : { kind: 'settle', status: 'held', reason };
};
