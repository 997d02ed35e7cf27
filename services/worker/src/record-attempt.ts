import { JOB_VERSION } from '@posthorn/contracts';
import {
  type AttemptRecord,
  classifyDatabaseError,
  type SqlDatabase,
  recordAttempts,
  type RecordOptions,
  type RecordOutcome,
} from '@posthorn/database/sql';
import type { Enqueue, Producer } from '@posthorn/queues';
import { type ClockWatch, createBatcher, type DeliveryMetrics, type Logger, type Tracing } from '@posthorn/runtime';
import pRetry from 'p-retry';
import { createRetryLeaver } from './leave-retries.ts';

/** Commits attempts; concurrent ones share a transaction. */
export interface Recorder {
  /** Resolves once the attempt and all that follows from it is committed, and its retry is enqueued. */
  record(record: AttemptRecord, traceparent: string | null): Promise<RecordOutcome>;
  /** Attempts that wait for their commit. */
  readonly pending: number;
}

/** An attempt, and the span of it that its record follows from. */
interface Made {
  record: AttemptRecord;
  traceparent: string | null;
}

const MAX_BATCH = 200;
const MAX_TRANSACTIONS = 3;
/**
 * While PostgreSQL is away a result is held here and tried again: forgetting it would mean to send once more what the
 * receiver has already taken. About ten minutes; then the job fails and the queue makes the attempt again.
 */
const RECORD_RETRIES = { retries: 120, minTimeout: 200, maxTimeout: 5000, factor: 2, randomize: true };

export const createRecorder = (deps: {
  database: SqlDatabase;
  producer: Producer;
  logger: Logger;
  metrics: DeliveryMetrics;
  tracing: Tracing;
  clock: Pick<ClockWatch, 'isRight'>;
  options: RecordOptions;
}): Recorder => {
  const { database, producer, logger, metrics, tracing, clock, options } = deps;
  const leaveRetries = createRetryLeaver(deps);

  /** Retries that come within the horizon go back into the queue; later ones are the scheduler's. */
  const enqueueRetries = async (records: readonly AttemptRecord[], outcomes: readonly RecordOutcome[]) => {
    const due = records.flatMap((record, index): Enqueue[] => {
      const { delivery, number } = record;
      if (delivery?.status !== 'pending' || number === null || outcomes[index]?.applied !== true) return [];
      if (delivery.retryInMs > options.horizonSeconds * 1000) return [];
      const job = { v: JOB_VERSION, d: record.deliveryId, n: number + 1 } as const;
      return [{ job, shard: record.shard, delayMs: delivery.retryInMs }];
    });
    if (due.length === 0) return;
    try {
      // A queue keeps a delay by the clock of whoever asks for it.
      if (!clock.isRight()) throw new Error('the clock of this worker is wrong');
      await producer.enqueue(due);
    } catch (error) {
      await leaveRetries(due, error);
    }
  };

  const commit = (records: readonly AttemptRecord[]): Promise<RecordOutcome[]> =>
    pRetry(() => recordAttempts(database, records, options), {
      ...RECORD_RETRIES,
      shouldRetry: ({ error }) => classifyDatabaseError(error) === 'transient',
      onFailedAttempt({ error, attemptNumber }) {
        // Locked out by another batch happens and is over at once; anything longer is an outage that must be seen.
        if (attemptNumber === 3) logger.error({ err: error, attempts: records.length }, 'attempts.wait_to_be_recorded');
      },
    });

  const count = (records: readonly AttemptRecord[], outcomes: readonly RecordOutcome[]): void => {
    records.forEach(({ delivery }, index) => {
      const outcome = outcomes[index];
      const settles = delivery !== null && delivery.status !== 'pending' && outcome?.applied === true;
      if (settles) metrics.settled.inc({ status: delivery.status });
      if (outcome !== undefined && outcome.switched !== null) metrics.switchedOff.inc({ kind: outcome.switched });
    });
  };

  /** As `commit`, told as a span and in numbers. */
  const observe = async (made: readonly Made[], records: readonly AttemptRecord[]): Promise<RecordOutcome[]> => {
    const parents = tracing.on ? made.map(({ traceparent }) => traceparent) : [];
    const span = tracing.startBatchSpan('record attempts', parents, { 'posthorn.batch.attempts': made.length });
    const stop = metrics.recordSeconds.startTimer();
    try {
      const outcomes = await commit(records);
      span.end();
      return outcomes;
    } catch (error) {
      span.end(error);
      throw error;
    } finally {
      stop();
      metrics.recordBatch.observe(made.length);
    }
  };

  const batcher = createBatcher<Made, RecordOutcome>({
    maxSize: MAX_BATCH,
    maxFlushes: MAX_TRANSACTIONS,
    maxPending: Infinity,
    isItemFault: (error) => classifyDatabaseError(error) === 'data',
    async flush(made) {
      const records = made.map(({ record }) => record);
      const outcomes = await observe(made, records);
      count(records, outcomes);
      await enqueueRetries(records, outcomes);
      return outcomes;
    },
  });

  return {
    record: (record, traceparent) => batcher.add({ record, traceparent }),
    get pending() {
      return batcher.pending;
    },
  };
};
