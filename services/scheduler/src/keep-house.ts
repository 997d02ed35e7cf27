import { type Database, ensurePartitions, removeExpiredKeys } from '@posthorn/database';
import type { Logger } from '@posthorn/runtime';

const KEYS_AT_ONCE = 5000;

/** Makes the partitions of the coming days and removes what has expired. @returns whether there may be more to remove. */
export const keepHouse = async (deps: {
  database: Database;
  logger: Logger;
  partitionsAheadDays: number;
}): Promise<boolean> => {
  const { database, logger, partitionsAheadDays } = deps;
  const made = await ensurePartitions(database, { nowMs: Date.now(), daysAhead: partitionsAheadDays });
  if (made.length > 0) logger.info({ partitions: made }, 'partitions.made');
  const removed = await removeExpiredKeys(database, KEYS_AT_ONCE);
  if (removed > 0) logger.info({ removed }, 'idempotency_keys.removed');
  return removed >= KEYS_AT_ONCE;
};
