import type { Job, Worker } from 'bullmq';
import type { Seat } from './share-slots.ts';

type Fetched = Job | undefined;

/** What of BullMQ's worker decides when it takes a job. */
interface Fetching {
  _getNextJob(token: string, options: object): Promise<Fetched>;
  moveToActive(token: string, ...rest: unknown[]): Promise<Fetched>;
  processJob(job: Job, token: string, mayFetch: () => boolean): Promise<Fetched>;
  /** While this is set the worker's loop does not wait for the job it fetches, but goes on with those that it has. */
  waiting: Promise<unknown> | null;
}

/**
 * Makes a worker take a slot before it takes a job, so that the workers of several shards together run no more jobs than
 * one. A job that waits for a slot is still in the queue, where another process may take it.
 *
 * BullMQ fetches in two ways: its loop asks for a job, which needs a slot; and a job that ends brings the next one with it,
 * which has the slot of the job before.
 *
 * A worker that was woken by a job and has no slot for it calls `wakeAnother`: a queue wakes one worker only, and that of
 * another process may have a slot.
 */
export const gateWorker = <W extends Worker>(worker: W, seat: Seat, wakeAnother: () => void): W => {
  const inner = worker as unknown as Fetching;
  const getNextJob = inner._getNextJob.bind(worker);
  const moveToActive = inner.moveToActive.bind(worker);
  const processJob = inner.processJob.bind(worker);
  /** Tokens of the loop's own fetches. */
  const asking = new Set<string>();

  const takeSlot = async (): Promise<boolean> => {
    if (seat.tryTake()) return true;
    const before = inner.waiting;
    if (before !== null) wakeAnother();
    const turn = seat.take();
    inner.waiting = turn;
    try {
      return await turn;
    } finally {
      inner.waiting = before;
    }
  };

  inner._getNextJob = async (token, options) => {
    asking.add(token);
    try {
      return await getNextJob(token, options);
    } finally {
      asking.delete(token);
    }
  };
  inner.moveToActive = async (token, ...rest) => {
    if (!asking.has(token)) return moveToActive(token, ...rest);
    if (!(await takeSlot())) return undefined;
    let job: Fetched;
    try {
      job = await moveToActive(token, ...rest);
      return job;
    } finally {
      if (job === undefined) seat.release();
    }
  };
  inner.processJob = async (job, token, mayFetch) => {
    let next: Fetched;
    try {
      next = await processJob(job, token, () => mayFetch() && seat.mayKeep());
      return next;
    } finally {
      if (next === undefined) seat.release();
    }
  };
  worker.on('closing', () => seat.leave());
  return worker;
};
