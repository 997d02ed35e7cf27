import type { PublishedEvent } from '@posthorn/contracts';
import type { SqlDatabase } from '@posthorn/database/sql';
import type { Producer } from '@posthorn/queues';
import { createPublishingMetrics, type Logger, type Telemetry } from '@posthorn/runtime';
import { type AcceptorOptions, createAcceptor } from './accept-event.ts';
import { createEnqueuer } from './enqueue-deliveries.ts';
import type { EventHead, EventToPublish, PublishOutcome } from './events-to-publish.ts';
import { createStreamOpener, type EventStream } from './open-streams.ts';

export type { AcceptorOptions as PublisherOptions } from './accept-event.ts';
export type { EventToPublish, PublishOutcome } from './events-to-publish.ts';
export type { EventStream } from './open-streams.ts';

/** The path that every event takes, whatever API it came through: stored and fanned out, then enqueued. */
export interface Publisher {
  /**
   * Resolves once the event and all its deliveries are committed. `data` is the JSON text of the event's data;
   * `traceparent` is what the publisher sent of its own trace.
   * @throws PosthornError `idempotency_conflict`; `overloaded` when too many wait; `unavailable` when PostgreSQL is away:
   * nothing was stored then, or, if the connection broke in the very commit, an idempotency key tells.
   */
  publish(accountId: number, event: EventHead, data: string, traceparent?: string): Promise<PublishedEvent>;
  /**
   * Publishes the events of one request as if one came after the other. Resolves with an outcome for each, in order, once
   * none of them is open any more; the events of an outcome with an id are committed.
   * @throws PosthornError `overloaded` when they do not all find room: none of them was taken then.
   */
  publishAll(accountId: number, events: readonly EventToPublish[], traceparent?: string): Promise<PublishOutcome[]>;
  /** For events that come without end: it waits where `publishAll` throws. There is nothing to close. */
  openStream(accountId: number): EventStream;
  /** Resolves when every event taken is committed and its deliveries are enqueued or left to the scheduler. */
  drain(): Promise<void>;
}

export const createPublisher = (deps: {
  database: SqlDatabase;
  producer: Producer;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry' | 'tracing'>;
  options: AcceptorOptions;
}): Publisher => {
  const { registry, tracing } = deps.telemetry;
  // Asked at a scrape, when both are there.
  const metrics = createPublishingMetrics(registry, {
    events: () => acceptor.waiting,
    deliveries: () => enqueuer.waiting,
  });
  const enqueuer = createEnqueuer({ ...deps, metrics, tracing });
  const acceptor = createAcceptor({ ...deps, metrics, tracing, enqueuer });
  return {
    publish: (accountId, head, data, traceparent) => acceptor.accept(accountId, { head, data }, traceparent),
    publishAll: (accountId, events, traceparent) =>
      acceptor.acceptAll(accountId, events, { whenFull: 'refuse', traceparent }),
    openStream: createStreamOpener({ acceptor, enqueuer, options: deps.options }),
    async drain() {
      await acceptor.drain();
      await enqueuer.drain();
    },
  };
};
