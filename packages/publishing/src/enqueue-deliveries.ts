import { JOB_VERSION } from '@posthorn/contracts';
import { type AcceptedDelivery, type Database, releaseToScheduler } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import type { Logger } from '@posthorn/runtime';

/** Enqueues first attempts behind the answer. */
export interface Enqueuer {
  /** Never rejects and is not awaited: the rows are committed, so that nothing depends on it but how soon. */
  add(deliveries: readonly AcceptedDelivery[]): void;
  /** Resolves when everything added is in the queue or left to the scheduler. */
  drain(): Promise<void>;
}

/** Deliveries that may wait to be enqueued in one process; beyond it they are left to the scheduler. */
const MAX_WAITING = 50_000;
/** While a bulk is on its way, what arrives gathers for the next: few large commands instead of many small ones. */
const MAX_BULKS = 1;

export const createEnqueuer = (deps: { database: Database; producer: Producer; logger: Logger }): Enqueuer => {
  const { database, producer, logger } = deps;
  let waiting: AcceptedDelivery[] = [];
  const running = new Set<Promise<void>>();

  const leaveToScheduler = async (deliveries: readonly AcceptedDelivery[], reason: string): Promise<void> => {
    logger.warn({ deliveries: deliveries.length, reason }, 'deliveries.left_to_scheduler');
    const ids = deliveries.map(({ id }) => id);
    // Even without this the scheduler finds them, a lease later.
    await releaseToScheduler(database, ids).catch((error: unknown) =>
      logger.warn({ err: error, deliveries: ids.length }, 'deliveries.release_failed'),
    );
  };

  const enqueue = async (deliveries: readonly AcceptedDelivery[]): Promise<void> => {
    try {
      await producer.enqueue(
        deliveries.map(({ id, shard }) => ({ job: { v: JOB_VERSION, d: id, n: 1 }, shard, delayMs: 0 })),
      );
    } catch (error) {
      await leaveToScheduler(deliveries, error instanceof Error ? error.message : String(error));
    }
  };

  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.then(() => {
      running.delete(work);
      flush();
    });
  };

  const flush = (): void => {
    if (waiting.length === 0 || running.size >= MAX_BULKS) return;
    const deliveries = waiting;
    waiting = [];
    track(enqueue(deliveries));
  };

  return {
    add(deliveries) {
      if (deliveries.length === 0) return;
      if (waiting.length + deliveries.length > MAX_WAITING) {
        track(leaveToScheduler(deliveries, `${waiting.length} deliveries wait to be enqueued already`));
        return;
      }
      waiting.push(...deliveries);
      flush();
    },
    async drain() {
      while (running.size > 0 || waiting.length > 0) {
        flush();
        await Promise.all(running);
      }
    },
  };
};
