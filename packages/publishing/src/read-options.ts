import type { AcceptorOptions } from './accept-event.ts';

/** The environment in the words of this package. */
export const readPublisherOptions = (env: {
  INGEST_BATCH_SIZE: number;
  INGEST_MAX_WAITING: number;
  IDEMPOTENCY_HOURS: number;
  QUEUE_LEASE_SECONDS: number;
  DELIVERY_SHARDS: number;
}): AcceptorOptions => ({
  batchSize: env.INGEST_BATCH_SIZE,
  maxWaiting: env.INGEST_MAX_WAITING,
  idempotencyHours: env.IDEMPOTENCY_HOURS,
  leaseSeconds: env.QUEUE_LEASE_SECONDS,
  shards: env.DELIVERY_SHARDS,
});
