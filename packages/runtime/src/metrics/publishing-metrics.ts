import type { Registry } from 'prom-client';
import { BATCH_BUCKETS, makeCounter, makeGauge, makeHistogram, startAtZero } from './make-metric.ts';

/** What is told of events from the publisher's request to the queue. In `api` and `ingest`. */
export const createPublishingMetrics = (
  registry: Registry,
  waiting: { events(): number; deliveries(): number } = { events: () => 0, deliveries: () => 0 },
) => {
  makeGauge(registry, {
    name: 'posthorn_events_waiting',
    help: 'Events that wait for their commit or are in it; at INGEST_MAX_WAITING publishers get 503.',
    collect: (gauge) => gauge.set(waiting.events()),
  });
  makeGauge(registry, {
    name: 'posthorn_deliveries_waiting_for_queue',
    help: 'Committed deliveries that wait to be enqueued.',
    collect: (gauge) => gauge.set(waiting.deliveries()),
  });
  const created = makeCounter(registry, {
    name: 'posthorn_deliveries_created_total',
    help: 'Deliveries that accepted events were fanned out to: `pending`, or `held` because the webhook is not Active.',
    labels: ['status'],
  });
  startAtZero(created, 'status', ['pending', 'held']);
  return {
    accepted: makeCounter(registry, {
      name: 'posthorn_events_accepted_total',
      help: 'Events that were stored.',
    }),
    repeated: makeCounter(registry, {
      name: 'posthorn_events_repeated_total',
      help: 'Events whose idempotency key was known: answered as the first time, stored once.',
    }),
    acceptSeconds: makeHistogram(registry, {
      name: 'posthorn_accept_duration_seconds',
      help: 'From the validated request to the commit of the event and its deliveries, the wait for a batch included.',
    }),
    batchEvents: makeHistogram(registry, {
      name: 'posthorn_accept_batch_events',
      help: 'Events that one statement stored.',
      buckets: BATCH_BUCKETS,
    }),
    commitSeconds: makeHistogram(registry, {
      name: 'posthorn_accept_commit_duration_seconds',
      help: 'Storing one batch of events; grows with what PostgreSQL takes, not with the wait before it.',
    }),
    created,
    enqueueSeconds: makeHistogram(registry, {
      name: 'posthorn_enqueue_duration_seconds',
      help: 'Enqueueing one batch of first attempts.',
    }),
    leftToScheduler: jobsLeftToScheduler(registry),
  };
};

export type PublishingMetrics = ReturnType<typeof createPublishingMetrics>;

/** Jobs that could not be enqueued where they came up. Shared by all who enqueue. */
export const jobsLeftToScheduler = (registry: Registry) => {
  const left = makeCounter(registry, {
    name: 'posthorn_jobs_left_to_scheduler_total',
    help: 'Jobs that could not be enqueued where they came up (`publish`, `retry`, `manual_retry`), or that a worker gave back because the time was wrong (`clock`): the scheduler enqueues them.',
    labels: ['from'],
  });
  startAtZero(left, 'from', ['publish', 'retry', 'manual_retry', 'clock']);
  return left;
};

/** Events that were refused, by whoever answers publishers. */
export const eventsRefused = (registry: Registry) =>
  makeCounter(registry, {
    name: 'posthorn_events_refused_total',
    help: 'Events that were not taken, by the error code that the publisher got.',
    labels: ['code'],
  });
