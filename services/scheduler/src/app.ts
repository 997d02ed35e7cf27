import type { Database } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import { type Logger, type RunningService, startLoop } from '@posthorn/runtime';
import { keepHouse } from './keep-house.ts';
import { promoteDue } from './promote-due.ts';
import { recoverLost } from './recover-lost.ts';

export interface SchedulerDeps {
  database: Database;
  producer: Producer;
  logger: Logger;
  intervalMs: number;
  /** Most deliveries that one statement promotes. */
  batchSize: number;
  leaseSeconds: number;
  horizonSeconds: number;
  /** Shards of the delivery queues. */
  shards: number;
  partitionsAheadDays: number;
}

const HOUSEKEEPING_INTERVAL_MS = 10 * 60_000;

/** Starts to promote and to keep house. Any number of replicas may run: rows are taken with SKIP LOCKED. */
export const startScheduler = (deps: SchedulerDeps): RunningService => {
  const { database, producer, logger, batchSize, leaseSeconds, horizonSeconds, shards, partitionsAheadDays } = deps;
  const options = { limit: batchSize, leaseSeconds, shards };

  const promoting = startLoop({
    intervalMs: deps.intervalMs,
    async run() {
      await recoverLost({ database, producer, logger, horizonSeconds });
      return promoteDue({ database, producer, logger, options });
    },
    onLost: (error) => logger.error({ err: error }, 'scheduler.promoting_failed'),
    onBack: () => logger.info('scheduler.promoting_again'),
  });
  const housekeeping = startLoop({
    intervalMs: HOUSEKEEPING_INTERVAL_MS,
    run: () => keepHouse({ database, logger, partitionsAheadDays }),
    onLost: (error) => logger.error({ err: error }, 'scheduler.housekeeping_failed'),
    onBack: () => logger.info('scheduler.housekeeping_again'),
  });

  return {
    async stop() {
      await Promise.all([promoting.stop(), housekeeping.stop()]);
    },
  };
};
