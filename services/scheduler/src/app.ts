import { type Database, readDatabaseTime } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import {
  type ClockWatch,
  createBacklogMetrics,
  createScheduleMetrics,
  type Logger,
  type RunningService,
  startLoop,
  type Telemetry,
  watchClock,
  watchPool,
} from '@posthorn/runtime';
import { createHousekeeper, HOUSEKEEPING_INTERVAL_SECONDS } from './keep-house.ts';
import { promoteDue } from './promote-due.ts';
import { advanceReplays } from './advance-replays.ts';
import { recoverLost } from './recover-lost.ts';
import { showBacklog } from './show-backlog.ts';

export interface SchedulerDeps {
  database: Database;
  producer: Producer;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry'>;
  intervalMs: number;
  /** Most deliveries that one statement promotes. */
  batchSize: number;
  leaseSeconds: number;
  horizonSeconds: number;
  /** Shards of the delivery queues. */
  shards: number;
  partitionsAheadDays: number;
  /** Days after which events, deliveries and attempts are dropped; null keeps them for ever. */
  retentionDays: number | null;
  /** Of the audit log. Null keeps it for ever. */
  auditRetentionDays: number | null;
  /** Of statistics. Null keeps them for ever. */
  statsRetentionDays: number | null;
  /** Deliveries of all replays together: under way at once, and sent in a second. */
  replay: { maxInFlight: number; perSecond: number };
}

/** Scrapes come every 15 s or 30 s: measuring more often would tell nobody. */
const MOST_BETWEEN_MEASURES_MS = 5000;
const LOOKS_BETWEEN_MEASURES = 5;

/** A running scheduler, and whether the time allows it to work. */
export interface RunningScheduler extends RunningService {
  clock: Pick<ClockWatch, 'check'>;
}

/** Starts to promote and to keep house. Any number of replicas may run: rows are taken with SKIP LOCKED. */
export const startScheduler = (deps: SchedulerDeps): RunningScheduler => {
  const { database, producer, logger, batchSize, leaseSeconds, horizonSeconds, shards } = deps;
  const { registry } = deps.telemetry;
  const options = { limit: batchSize, leaseSeconds, shards };
  const metrics = createScheduleMetrics(registry);
  const backlogMetrics = createBacklogMetrics(registry);
  watchPool(registry, database.pool);
  const clock = watchClock({ readDatabaseTime: () => readDatabaseTime(database), logger, registry });

  const promoting = startLoop({
    intervalMs: deps.intervalMs,
    async run() {
      // A queue keeps a delay by the clock of whoever asks for it: a replica whose clock is right does this.
      await clock.ready;
      if (!clock.isRight()) return false;
      await recoverLost({ database, producer, logger, metrics, horizonSeconds });
      return promoteDue({ database, producer, logger, metrics, options });
    },
    onLost: (error) => logger.error({ err: error }, 'scheduler.promoting_failed'),
    onBack: () => logger.info('scheduler.promoting_again'),
  });
  const replaying = startLoop({
    intervalMs: deps.intervalMs,
    run: () => advanceReplays({ database, producer, logger, options: { ...deps.replay, leaseSeconds } }),
    onLost: (error) => logger.error({ err: error }, 'scheduler.replaying_failed'),
    onBack: () => logger.info('scheduler.replaying_again'),
  });
  const { partitionsAheadDays, retentionDays, auditRetentionDays, statsRetentionDays } = deps;
  const housekeeper = createHousekeeper({
    database,
    logger,
    partitionsAheadDays,
    retentionDays,
    auditRetentionDays,
    statsRetentionDays,
  });
  const housekeeping = startLoop({
    intervalMs: HOUSEKEEPING_INTERVAL_SECONDS * 1000,
    run: () => housekeeper.run(),
    onLost: (error) => logger.error({ err: error }, 'scheduler.housekeeping_failed'),
    onBack: () => logger.info('scheduler.housekeeping_again'),
  });

  const measuring = startLoop({
    intervalMs: Math.min(MOST_BETWEEN_MEASURES_MS, LOOKS_BETWEEN_MEASURES * deps.intervalMs),
    run: () => showBacklog({ database, producer }, backlogMetrics).then(() => false),
    onLost: (error) => logger.warn({ err: error }, 'scheduler.measuring_failed'),
    onBack: () => logger.info('scheduler.measuring_again'),
  });

  return {
    clock,
    async stop() {
      await clock.stop();
      await Promise.all([promoting.stop(), replaying.stop(), housekeeping.stop(), measuring.stop()]);
      await housekeeper.leave();
    },
  };
};
