import { JOB_VERSION } from '@posthorn/contracts';
import { type AcceptedDelivery, type SqlDatabase, releaseToScheduler } from '@posthorn/database/sql';
import type { Producer } from '@posthorn/queues';
import type { Logger, PublishingMetrics, Tracing } from '@posthorn/runtime';

/** Enqueues first attempts behind the answer. */
export interface Enqueuer {
  /**
   * Never rejects and is not awaited: the rows are committed, so that nothing depends on it but how soon. `traceparent` is
   * that of their commit.
   */
  add(deliveries: readonly AcceptedDelivery[], traceparent: string | null): void;
  /** Resolves when few enough wait for a stream to go on: at once as a rule. The queue sets its pace then. */
  whenRoom(): Promise<void>;
  /** Deliveries that wait to be enqueued, or are on their way. */
  readonly waiting: number;
  /** Resolves when everything added is in the queue or left to the scheduler. */
  drain(): Promise<void>;
}

/** Deliveries that may wait to be enqueued in one process; beyond it they are left to the scheduler. */
const MAX_WAITING = 50_000;
/** Streams wait while so many do: the rest is for events that cannot. */
const STREAMS_WAIT_FROM = 10_000;
/** Most deliveries of one bulk: it is the jobs of a bulk that take memory. */
const MAX_BULK = 2000;
/** While a bulk is on its way, what arrives gathers for the next: few large commands instead of many small ones. */
const MAX_BULKS = 1;

export const createEnqueuer = (deps: {
  database: SqlDatabase;
  producer: Producer;
  logger: Logger;
  metrics: Pick<PublishingMetrics, 'enqueueSeconds' | 'leftToScheduler'>;
  tracing: Tracing;
}): Enqueuer => {
  const { database, producer, logger, metrics, tracing } = deps;
  let waiting: AcceptedDelivery[] = [];
  let onTheirWay = 0;
  let streams: (() => void)[] = [];
  let commits = new Set<string>();
  const running = new Set<Promise<void>>();

  const leaveToScheduler = async (deliveries: readonly AcceptedDelivery[], reason: string): Promise<void> => {
    logger.warn({ deliveries: deliveries.length, reason }, 'deliveries.left_to_scheduler');
    metrics.leftToScheduler.inc({ from: 'publish' }, deliveries.length);
    const ids = deliveries.map(({ id }) => id);
    // Even without this the scheduler finds them, a lease later.
    await releaseToScheduler(database, ids).catch((error: unknown) =>
      logger.warn({ err: error, deliveries: ids.length }, 'deliveries.release_failed'),
    );
  };

  const enqueue = async (deliveries: readonly AcceptedDelivery[], parents: ReadonlySet<string>): Promise<void> => {
    const attributes = { 'posthorn.batch.deliveries': deliveries.length };
    const span = tracing.startBatchSpan('enqueue deliveries', parents, attributes);
    const stop = metrics.enqueueSeconds.startTimer();
    try {
      await producer.enqueue(
        deliveries.map(({ id, shard, jobId }) => ({
          job: { v: JOB_VERSION, d: id, n: 1 },
          shard,
          delayMs: 0,
          sharedJob: jobId,
        })),
      );
      stop();
      span.end();
    } catch (error) {
      span.end(error);
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
    const [deliveries, parents] = [waiting.slice(0, MAX_BULK), commits];
    onTheirWay += deliveries.length;
    [waiting, commits] = [waiting.slice(MAX_BULK), new Set()];
    if (waiting.length < STREAMS_WAIT_FROM) {
      for (const goOn of streams) goOn();
      streams = [];
    }
    track(
      enqueue(deliveries, parents).finally(() => {
        onTheirWay -= deliveries.length;
      }),
    );
  };

  return {
    get waiting() {
      return waiting.length + onTheirWay;
    },
    add(deliveries, traceparent) {
      if (deliveries.length === 0) return;
      if (waiting.length + deliveries.length > MAX_WAITING) {
        track(leaveToScheduler(deliveries, `${waiting.length} deliveries wait to be enqueued already`));
        return;
      }
      waiting.push(...deliveries);
      if (traceparent !== null) commits.add(traceparent);
      flush();
    },
    whenRoom: () =>
      waiting.length < STREAMS_WAIT_FROM ? Promise.resolve() : new Promise((resolve) => streams.push(resolve)),
    async drain() {
      while (running.size > 0 || waiting.length > 0) {
        flush();
        await Promise.all(running);
      }
    },
  };
};
