import { createHash } from 'node:crypto';
import { encodeId, PosthornError, type PublishedEvent, type PublishEventBody } from '@posthorn/contracts';
import {
  type AcceptEvent,
  acceptEvents,
  type AcceptOptions,
  type AcceptOutcome,
  classifyDatabaseError,
  type Database,
  newId,
} from '@posthorn/database';
import { matchingPatterns } from '@posthorn/domain';
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

/** An event without its data, which travels as text. */
type EventHead = Omit<PublishEventBody, 'data'>;

/** Stores events; concurrent calls share a statement. */
export interface Acceptor {
  /** As `Publisher.publish`. */
  accept(accountId: number, body: EventHead, data: string, traceparent?: string): Promise<PublishedEvent>;
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

const hashBody = (body: EventHead, data: string): string =>
  createHash('sha256')
    .update(JSON.stringify([body.type, body.occurredAt ?? null]))
    .update(data)
    .digest('hex');

const toAcceptEvent = (accountId: number, body: EventHead, data: string, span: Span): AcceptEvent => ({
  id: newId(),
  accountId,
  type: body.type,
  patterns: matchingPatterns(body.type),
  occurredAt: body.occurredAt === undefined ? null : new Date(body.occurredAt).toISOString(),
  data,
  traceparent: span.traceparent,
  idempotency: body.idempotencyKey === undefined ? null : { key: body.idempotencyKey, bodyHash: hashBody(body, data) },
});

/** Splits a batch so that no part holds an idempotency key twice: the second must see what became of the first. */
const splitByKey = (events: readonly AcceptEvent[]): AcceptEvent[][] => {
  const parts: { keys: Set<string>; events: AcceptEvent[] }[] = [];
  for (const event of events) {
    const key = event.idempotency === null ? null : `${event.accountId} ${event.idempotency.key}`;
    let part = parts.find(({ keys }) => key === null || !keys.has(key));
    if (part === undefined) {
      part = { keys: new Set(), events: [] };
      parts.push(part);
    }
    if (key !== null) part.keys.add(key);
    part.events.push(event);
  }
  return parts.map((part) => part.events);
};

const acceptAll = async (
  database: Database,
  events: readonly AcceptEvent[],
  options: AcceptOptions,
): Promise<AcceptOutcome[]> => {
  const outcomes = new Map<AcceptEvent, AcceptOutcome>();
  for (const part of splitByKey(events)) {
    const results = await acceptEvents(database, part, options);
    part.forEach((event, index) => outcomes.set(event, results[index] as AcceptOutcome));
  }
  return events.map((event) => outcomes.get(event) as AcceptOutcome);
};

const toClientError = (error: unknown): unknown => {
  if (error instanceof BatcherFullError) {
    return new PosthornError(
      'overloaded',
      'Too many events wait to be stored; none was lost, this one was not taken.',
      {
        retryAfterSeconds: 1,
        cause: error,
      },
    );
  }
  return error;
};

const idempotencyConflict = (hours: number): PosthornError =>
  new PosthornError(
    'idempotency_conflict',
    `The idempotency key was used for another event within the last ${hours} hours.`,
    { errors: [{ path: '/idempotencyKey', code: 'idempotency_conflict', message: 'belongs to another body' }] },
  );

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
  database: Database;
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
    const outcomes = await acceptAll(database, events, options).catch((error: unknown) => {
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

  const accept = async (event: AcceptEvent): Promise<PublishedEvent> => {
    const outcome = await batcher.add(event).catch((error: unknown) => {
      throw toClientError(error);
    });
    if (outcome.kind === 'conflict') throw idempotencyConflict(options.idempotencyHours);
    return { id: encodeId('event', outcome.eventId), deliveries: outcome.deliveries };
  };

  return {
    get waiting() {
      return batcher.pending;
    },
    async accept(accountId, body, data, traceparent) {
      const startedAt = performance.now();
      const span = tracing.startSpan('publish', { kind: 'server', parent: traceparent });
      try {
        const published = await accept(toAcceptEvent(accountId, body, data, span));
        span.set({ 'posthorn.event.id': published.id, 'posthorn.event.type': body.type });
        span.end();
        return published;
      } catch (error) {
        span.end(error);
        throw error;
      } finally {
        metrics.acceptSeconds.observe((performance.now() - startedAt) / 1000);
      }
    },
    drain: () => batcher.drain(),
  };
};
