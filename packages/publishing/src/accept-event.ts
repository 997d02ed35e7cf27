import { PosthornError, type PublishedEvent } from '@posthorn/contracts';
import {
  type AcceptEvent,
  acceptEvents,
  type AcceptOptions,
  type AcceptOutcome,
  classifyDatabaseError,
  type SqlDatabase,
} from '@posthorn/database/sql';
import {
  type Batcher,
  BatcherFullError,
  createBatcher,
  type Logger,
  type PublishingMetrics,
  type Span,
  type Tracing,
} from '@posthorn/runtime';
import type { Enqueuer } from './enqueue-deliveries.ts';
import {
  type EventToPublish,
  type PublishOutcome,
  splitByKey,
  toAcceptEvent,
  toPublished,
} from './events-to-publish.ts';

/** Stores events; concurrent calls share a statement. */
export interface Acceptor {
  /** As `Publisher.publish`. */
  accept(accountId: number, event: EventToPublish, traceparent?: string): Promise<PublishedEvent>;
  /** As `Publisher.publishAll`, or waits for room instead of throwing. */
  acceptAll(
    accountId: number,
    events: readonly EventToPublish[],
    options: { whenFull: 'refuse' | 'wait'; traceparent?: string | undefined },
  ): Promise<PublishOutcome[]>;
  /** Events that wait for their commit or are in it. */
  readonly waiting: number;
  drain(): Promise<void>;
}

export interface AcceptorOptions extends AcceptOptions {
  batchSize: number;
  maxWaiting: number;
}

/** Statements at the same time: enough to keep PostgreSQL busy while results travel, few enough for batches to grow. */
const MAX_STATEMENTS = 3;

const storeAll = async (
  database: SqlDatabase,
  events: readonly AcceptEvent[],
  options: AcceptOptions,
): Promise<AcceptOutcome[]> => {
  const outcomes = new Map<AcceptEvent, AcceptOutcome>();
  for (let rest = events; rest.length > 0;) {
    // One statement must not hold a key twice: the second must see what became of the first.
    const { now, later } = splitByKey(rest, (event) => event);
    const results = await acceptEvents(database, now, options);
    now.forEach((event, index) => outcomes.set(event, results[index] as AcceptOutcome));
    rest = later;
  }
  return events.map((event) => outcomes.get(event) as AcceptOutcome);
};

const toClientError = (error: unknown): unknown =>
  error instanceof BatcherFullError
    ? new PosthornError('overloaded', 'Too many events wait to be stored; nothing of this request was taken.', {
        retryAfterSeconds: 1,
        cause: error,
      })
    : error;

const countOutcomes = (metrics: PublishingMetrics, outcomes: readonly AcceptOutcome[]): void => {
  let [accepted, repeated, pending, held] = [0, 0, 0, 0];
  for (const outcome of outcomes) {
    if (outcome.kind === 'duplicate') repeated += 1;
    if (outcome.kind !== 'accepted') continue;
    accepted += 1;
    pending += outcome.pending.length;
    held += outcome.deliveries - outcome.pending.length;
  }
  metrics.accepted.inc(accepted);
  metrics.repeated.inc(repeated);
  metrics.created.inc({ status: 'pending' }, pending);
  metrics.created.inc({ status: 'held' }, held);
};

export const createAcceptor = (deps: {
  database: SqlDatabase;
  enqueuer: Enqueuer;
  logger: Logger;
  metrics: PublishingMetrics;
  tracing: Tracing;
  options: AcceptorOptions;
}): Acceptor => {
  const { database, enqueuer, logger, metrics, tracing, options } = deps;

  const commit = async (events: readonly AcceptEvent[]): Promise<AcceptOutcome[]> => {
    const startedAt = performance.now();
    const parents = tracing.on ? events.map(({ traceparent = null }) => traceparent) : [];
    const span = tracing.startBatchSpan('commit events', parents, { 'posthorn.batch.events': events.length });
    const outcomes = await storeAll(database, events, options).catch((error: unknown) => {
      span.end(error);
      throw error;
    });
    const pending = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending : []));
    enqueuer.add(pending, span.traceparent);
    span.end();
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    metrics.batchEvents.observe(events.length);
    metrics.commitSeconds.observe(durationMs / 1000);
    countOutcomes(metrics, outcomes);
    logger.debug({ events: events.length, deliveries: pending.length, durationMs }, 'events.committed');
    return outcomes;
  };

  const batcher: Batcher<AcceptEvent, AcceptOutcome> = createBatcher({
    maxSize: options.batchSize,
    maxFlushes: MAX_STATEMENTS,
    maxPending: options.maxWaiting,
    isItemFault: (error) => classifyDatabaseError(error) === 'data',
    flush: commit,
  });

  const toOutcome = (result: PromiseSettledResult<AcceptOutcome> | undefined): PublishOutcome => {
    if (result?.status !== 'fulfilled') return { error: result?.reason };
    try {
      return { published: toPublished(result.value, options.idempotencyHours) };
    } catch (error) {
      return { error };
    }
  };

  const addAll = async (events: readonly AcceptEvent[], whenFull: 'refuse' | 'wait'): Promise<PublishOutcome[]> => {
    const outcomes: PublishOutcome[] = [];
    const items = events.map((event, index) => ({ index, event }));
    let add = whenFull === 'refuse' ? batcher.addAll : batcher.addWhenRoom;
    for (let rest: readonly (typeof items)[number][] = items; rest.length > 0;) {
      // Statements run side by side: what has the key of an earlier event waits until that one is settled.
      const { now, later } = splitByKey(rest, (item) => item.event);
      const results = await add(now.map((item) => item.event)).catch((error: unknown) => {
        throw toClientError(error);
      });
      now.forEach((item, nth) => (outcomes[item.index] = toOutcome(results[nth])));
      rest = later;
      // The request has been taken: what is left of it is not refused any more.
      add = batcher.addWhenRoom;
    }
    return outcomes;
  };

  /** Measures the work of one request, under a span of its own. */
  const traced = async <T>(name: string, parent: string | undefined, work: (span: Span) => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const span = tracing.startSpan(name, { kind: 'server', parent });
    try {
      const result = await work(span);
      span.end();
      return result;
    } catch (error) {
      span.end(error);
      throw error;
    } finally {
      metrics.acceptSeconds.observe((performance.now() - startedAt) / 1000);
    }
  };

  return {
    get waiting() {
      return batcher.pending;
    },
    accept: (accountId, event, traceparent) =>
      traced('publish', traceparent, async (span) => {
        const outcome = await batcher.add(toAcceptEvent(accountId, event, span.traceparent)).catch((error: unknown) => {
          throw toClientError(error);
        });
        const published = toPublished(outcome, options.idempotencyHours);
        span.set({ 'posthorn.event.id': published.id, 'posthorn.event.type': event.head.type });
        return published;
      }),
    acceptAll: (accountId, events, { whenFull, traceparent }) =>
      traced('publish batch', traceparent, (span) => {
        span.set({ 'posthorn.batch.events': events.length });
        return addAll(
          events.map((event) => toAcceptEvent(accountId, event, span.traceparent)),
          whenFull,
        );
      }),
    drain: () => batcher.drain(),
  };
};
