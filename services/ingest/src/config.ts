import type { Config, serviceSettings } from '@posthorn/contracts';
import type { IngestDeps } from './app.ts';

type Settings = Pick<
  Config<typeof serviceSettings.ingest>,
  'MAX_BODY_BYTES' | 'INGEST_BATCH_SIZE' | 'INGEST_MAX_WAITING' | 'IDEMPOTENCY_HOURS' | 'QUEUE_LEASE_SECONDS'
>;

/** The environment in the words of ingest. */
export const readConfig = (env: Settings): Pick<IngestDeps, 'maxBodyBytes' | 'accept'> => ({
  maxBodyBytes: env.MAX_BODY_BYTES,
  accept: {
    batchSize: env.INGEST_BATCH_SIZE,
    maxWaiting: env.INGEST_MAX_WAITING,
    idempotencyHours: env.IDEMPOTENCY_HOURS,
    leaseSeconds: env.QUEUE_LEASE_SECONDS,
  },
});
