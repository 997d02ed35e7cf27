import type { Worker } from 'bullmq';

/** What of BullMQ's worker waits for the next job. It blocks for ten seconds at most. */
interface Waiting {
  /** Gives the time (Unix ms) until which there is nothing to do; 0 when there may be a job now. */
  waitForJob(blockUntil: number): Promise<number>;
}

const MAX_WAIT_MS = 30_000;

/**
 * Makes a worker look for jobs by itself when its wait for one does not end. After a failover BullMQ recovers the connection that
 * blocks before it goes on, and waits for that without a limit: a worker whose connection does not come back would take no
 * job any more, and say nothing.
 */
export const limitWait = <W extends Worker>(worker: W, maxWaitMs = MAX_WAIT_MS): W => {
  const inner = worker as unknown as Waiting;
  const waitForJob = inner.waitForJob.bind(worker);
  inner.waitForJob = async (blockUntil) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<number>((resolve) => {
      timer = setTimeout(resolve, maxWaitMs, 0);
    });
    try {
      return await Promise.race([waitForJob(blockUntil), late]);
    } finally {
      clearTimeout(timer);
    }
  };
  return worker;
};
