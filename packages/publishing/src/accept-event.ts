import { PosthornError, type PublishedEvent } from '@posthorn/contracts';
import {
  type AcceptEvent,
  acceptEvents,
  type AcceptOptions,
  type AcceptOutcome,
  classifyDatabaseError,
  type Database,
} from '@posthorn/database';
import { type Batcher, BatcherFullError, createBatcher, type Logger } from '@posthorn/runtime';
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
  accept(accountId: number, event: EventToPublish): Promise<PublishedEvent>;
  /** As `Publisher.publishAll`, or waits for room instead of throwing. */
  acceptAll(
    accountId: number,
    events: readonly EventToPublish[],
    options?: { whenFull: 'refuse' | 'wait' },
  ): Promise<PublishOutcome[]>;
  drain(): Promise<void>;
}

export interface AcceptorOptions extends AcceptOptions {
  batchSize: number;
  maxWaiting: number;
}

/** Statements at the same time: enough to keep PostgreSQL busy while results travel, few enough for batches to grow. */
const MAX_STATEMENTS = 3;

const storeAll = async (
  database: Database,
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

export const createAcceptor = (deps: {
  database: Database;
  enqueuer: Enqueuer;
  logger: Logger;
  options: AcceptorOptions;
}): Acceptor => {
  const { database, enqueuer, logger, options } = deps;

  const batcher: Batcher<AcceptEvent, AcceptOutcome> = createBatcher({
    maxSize: options.batchSize,
    maxFlushes: MAX_STATEMENTS,
    maxPending: options.maxWaiting,
    isItemFault: (error) => classifyDatabaseError(error) === 'data',
    async flush(events) {
      const startedAt = performance.now();
      const outcomes = await storeAll(database, events, options);
      const pending = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending : []));
      enqueuer.add(pending);
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      logger.debug({ events: events.length, deliveries: pending.length, durationMs }, 'events.committed');
      return outcomes;
    },
  });

  const toOutcome = (result: PromiseSettledResult<AcceptOutcome> | undefined): PublishOutcome => {
    if (result?.status !== 'fulfilled') return { error: result?.reason };
    try {
      return { published: toPublished(result.value, options.idempotencyHours) };
    } catch (error) {
      return { error };
    }
  };

  return {
    async accept(accountId, event) {
      const outcome = await batcher.add(toAcceptEvent(accountId, event)).catch((error: unknown) => {
        throw toClientError(error);
      });
      return toPublished(outcome, options.idempotencyHours);
    },
    async acceptAll(accountId, events, { whenFull } = { whenFull: 'refuse' }) {
      const outcomes: PublishOutcome[] = [];
      const items = events.map((event, index) => ({ index, event: toAcceptEvent(accountId, event) }));
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
    },
    drain: () => batcher.drain(),
  };
};
