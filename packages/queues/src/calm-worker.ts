import type { Worker } from 'bullmq';

const PAUSE_MS = 1000;

interface Fetching {
  moveToActive(...args: unknown[]): Promise<unknown>;
  closing: Promise<void> | undefined;
}

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, PAUSE_MS);
  });

/**
 * Makes a worker wait a second after the queue refused to give it a job. By itself BullMQ waits only when a connection is
 * refused: after any other error (out of memory, loading its data, no rights, too many clients) its loop asks again at
 * once, for as long as it lasts, and takes a whole core to do so.
 */
export const calmWorker = <W extends Worker>(worker: W): W => {
  const fetching = worker as unknown as Fetching;
  const moveToActive = fetching.moveToActive.bind(worker);
  fetching.moveToActive = async (...args) => {
    try {
      return await moveToActive(...args);
    } catch (error) {
      if (fetching.closing === undefined) await pause();
      throw error;
    }
  };
  return worker;
};
