import type { Config, serviceSettings } from '@posthorn/contracts';
import type { SchedulerDeps } from './app.ts';

/** The environment in the words of the scheduler. */
export const readConfig = (
  env: Pick<
    Config<typeof serviceSettings.scheduler>,
    | 'SCHEDULER_INTERVAL_MS'
    | 'SCHEDULER_BATCH_SIZE'
    | 'QUEUE_LEASE_SECONDS'
    | 'RETRY_HORIZON_SECONDS'
    | 'DELIVERY_SHARDS'
    | 'PARTITIONS_AHEAD_DAYS'
    | 'RETENTION_DAYS'
    | 'AUDIT_RETENTION_DAYS'
    | 'STATS_RETENTION_DAYS'
    | 'REPLAY_MAX_IN_FLIGHT'
    | 'REPLAY_PER_SECOND'
  >,
): Omit<SchedulerDeps, 'database' | 'producer' | 'logger' | 'telemetry'> => ({
  intervalMs: env.SCHEDULER_INTERVAL_MS,
  batchSize: env.SCHEDULER_BATCH_SIZE,
  leaseSeconds: env.QUEUE_LEASE_SECONDS,
  horizonSeconds: env.RETRY_HORIZON_SECONDS,
  shards: env.DELIVERY_SHARDS,
  partitionsAheadDays: env.PARTITIONS_AHEAD_DAYS,
  retentionDays: env.RETENTION_DAYS === 0 ? null : env.RETENTION_DAYS,
  auditRetentionDays: env.AUDIT_RETENTION_DAYS === 0 ? null : env.AUDIT_RETENTION_DAYS,
  statsRetentionDays: env.STATS_RETENTION_DAYS === 0 ? null : env.STATS_RETENTION_DAYS,
  replay: { maxInFlight: env.REPLAY_MAX_IN_FLIGHT, perSecond: env.REPLAY_PER_SECOND },
});
