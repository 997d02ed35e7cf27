import type { PublishedEvent, PublishEventBody } from '@posthorn/contracts';
import type { Database } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import { createPublishingMetrics, type Logger, type Telemetry } from '@posthorn/runtime';
import { type AcceptorOptions, createAcceptor } from './accept-event.ts';
import { createEnqueuer } from './enqueue-deliveries.ts';

export type { AcceptorOptions as PublisherOptions } from './accept-event.ts';

/** The path that every event takes, whatever API it came through: stored and fanned out, then enqueued. */
export interface Publisher {
  /**
   * Resolves once the event and all its deliveries are committed. `data` is the JSON text of the event's data;
   * `traceparent` is what the publisher sent of its own trace.
   * @throws PosthornError `idempotency_conflict`; `overloaded` when too many wait; `unavailable` when PostgreSQL is away:
   * nothing was stored then, or, if the connection broke in the very commit, an idempotency key tells.
   */
  publish(
    accountId: number,
    event: Omit<PublishEventBody, 'data'>,
    data: string,
    traceparent?: string,
  ): Promise<PublishedEvent>;
  /** Resolves when every event taken is committed and its deliveries are enqueued or left to the scheduler. */
  drain(): Promise<void>;
}

export const createPublisher = (deps: {
  database: Database;
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
    publish: acceptor.accept,
    async drain() {
      await acceptor.drain();
      await enqueuer.drain();
    },
  };
};
