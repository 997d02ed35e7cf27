import type { Consumer } from '@posthorn/queues';

/** A consumer that can be off for a while. */
export interface ConsumerSwitch {
  /** Asks for it to be on or off; the last word counts. */
  set(on: boolean): void;
  /** Off for ever; resolves when the jobs in flight are done. */
  close(): Promise<void>;
}

/**
 * Off means closed: a worker of BullMQ that only pauses goes on to look for stalled jobs, by its own clock. Closing and opening
 * follow each other in order.
 */
export const switchConsumer = (open: () => Consumer, on: boolean): ConsumerSwitch => {
  let wanted = on;
  let current: Consumer | null = on ? open() : null;
  let closed = false;
  let work: Promise<void> = Promise.resolve();

  const follow = async (): Promise<void> => {
    const consumer = current;
    if (wanted && consumer === null) current = open();
    if (!wanted && consumer !== null) {
      await consumer.close();
      current = null;
    }
  };
  return {
    set(asked) {
      if (closed) return;
      wanted = asked;
      work = work.then(follow);
    },
    close() {
      closed = true;
      wanted = false;
      work = work.then(follow);
      return work;
    },
  };
};
