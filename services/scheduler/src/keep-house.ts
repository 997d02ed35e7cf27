import {
  type Database,
  deleteWebhook,
  ensurePartitions,
  foldStats,
  giveUpLease,
  HOUSEKEEPING,
  listGoneListeners,
  HOUSEKEEPING_LEASE,
  newId,
  removeExpiredKeys,
  removeFinishedRetries,
  removeGoneWorkers,
  removeLateRequests,
  removeOldAuditEntries,
  removeOldRows,
  removeOldStats,
  type RetiredDay,
  retirePartitions,
  takeLease,
} from '@posthorn/database';
import { LISTENER_EXPIRES_SECONDS } from '@posthorn/contracts';
import type { Logger } from '@posthorn/runtime';

export const HOUSEKEEPING_INTERVAL_SECONDS = 10 * 60;

const ROWS_AT_ONCE = 5000;
const LISTENERS_AT_ONCE = 100;
const DAY_MS = 86_400_000;
/** Statistics of minutes that are over for so long are folded: hardly anything comes for them any more. */
const FOLD_AFTER_MS = 120_000;

export interface HousekeepingDeps {
  database: Database;
  logger: Logger;
  partitionsAheadDays: number;
  /** Null keeps everything for ever. */
  retentionDays: number | null;
  /** Of the audit log. Null keeps it for ever. */
  auditRetentionDays: number | null;
  /** Of statistics. Null keeps them for ever. */
  statsRetentionDays: number | null;
}

/** Makes partitions ahead, folds statistics, and removes what has expired. */
export interface Housekeeper {
  /** @returns whether there may be more to remove. */
  run(): Promise<boolean>;
  /** Lets another replica go on at once. */
  leave(): Promise<void>;
}

const logDay = (logger: Logger, result: RetiredDay): void => {
  const { kind, ...line } = result;
  if (kind === 'dropped') logger.info(line, 'partitions.dropped');
  // Both are tried again; when it goes on for days, somebody has to look.
  else logger.warn(line, `partitions.${kind}`);
};

const makeAhead = async ({ database, logger, partitionsAheadDays }: HousekeepingDeps): Promise<void> => {
  const { made, busy } = await ensurePartitions(database, { nowMs: Date.now(), daysAhead: partitionsAheadDays });
  if (made.length > 0) logger.info({ partitions: made }, 'partitions.made');
  if (busy.length > 0) logger.warn({ partitions: busy }, 'partitions.not_made_yet');
};

/** Each with its webhook, as a person would have deleted it: with what it still had to deliver, and a line of the audit log. */
const removeListeners = async ({ database }: HousekeepingDeps): Promise<number> => {
  const gone = await listGoneListeners(database, { seconds: LISTENER_EXPIRES_SECONDS, limit: LISTENERS_AT_ONCE });
  for (const { webhookId: id, accountId } of gone) await deleteWebhook(database, HOUSEKEEPING, { id, accountId });
  return gone.length;
};

const removeRows = async (deps: HousekeepingDeps): Promise<boolean> => {
  const { database, logger, retentionDays, auditRetentionDays, statsRetentionDays } = deps;
  const beginOf = (days: number): number => Date.now() - days * DAY_MS;
  const keys = await removeExpiredKeys(database, ROWS_AT_ONCE);
  const manualRetries = await removeFinishedRetries(database, ROWS_AT_ONCE);
  const workers = await removeGoneWorkers(database);
  const listeners = await removeListeners(deps);
  const relayRequests = await removeLateRequests(database);
  const old =
    retentionDays === null
      ? { removed: 0, more: false }
      : await removeOldRows(database, { beforeMs: beginOf(retentionDays), limit: ROWS_AT_ONCE });
  const auditEntries =
    auditRetentionDays === null
      ? 0
      : await removeOldAuditEntries(database, { beforeMs: beginOf(auditRetentionDays), limit: ROWS_AT_ONCE });
  const stats =
    statsRetentionDays === null
      ? { removed: 0, more: false }
      : await removeOldStats(database, { beforeMs: beginOf(statsRetentionDays), limit: ROWS_AT_ONCE });
  const removed = {
    idempotencyKeys: keys,
    manualRetries,
    workers,
    listeners,
    relayRequests,
    oldRows: old.removed,
    auditEntries,
    stats: stats.removed,
  };
  if (Object.values(removed).some((count) => count > 0)) logger.info(removed, 'rows.removed');
  const full = [keys, manualRetries, auditEntries].some((count) => count >= ROWS_AT_ONCE);
  return full || listeners >= LISTENERS_AT_ONCE || old.more || stats.more;
};

/**
 * The work of a day: what must not fail to happen (partitions ahead) every replica does, for it costs one query when it is
 * done; what would only be done twice (folding, removing) belongs to the one that has the lease.
 */
export const createHousekeeper = (deps: HousekeepingDeps): Housekeeper => {
  const { database, logger, retentionDays } = deps;
  const lease = { name: HOUSEKEEPING_LEASE, holder: newId() };
  return {
    async run() {
      await makeAhead(deps);
      // Twice the interval: the holder keeps it from run to run, and another takes over when it has missed one.
      if (!(await takeLease(database, { ...lease, seconds: 2 * HOUSEKEEPING_INTERVAL_SECONDS }))) return false;
      if (retentionDays !== null) {
        const days = await retirePartitions(database, { nowMs: Date.now(), retentionDays });
        for (const day of days) logDay(logger, day);
      }
      const folded = await foldStats(database, { beforeMs: Date.now() - FOLD_AFTER_MS, limit: ROWS_AT_ONCE });
      const more = await removeRows(deps);
      return more || folded >= ROWS_AT_ONCE;
    },
    async leave() {
      await giveUpLease(database, lease).catch(() => {});
    },
  };
};
