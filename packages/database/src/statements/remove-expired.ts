import { uuidBound } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';

/** Removes idempotency keys that nobody remembers any more, a bounded number at a time. By idempotency_keys_expires_idx. */
const REMOVE_KEYS = `
DELETE FROM idempotency_keys WHERE (account_id, key) IN (
  SELECT account_id, key FROM idempotency_keys WHERE expires <= now() ORDER BY expires LIMIT $1 FOR UPDATE SKIP LOCKED
)`;

/** @returns how many were removed; as many as the limit means that there may be more. */
export const removeExpiredKeys = ({ prisma }: Database, limit: number): Promise<number> =>
  prisma.$executeRawUnsafe(REMOVE_KEYS, limit);

/**
 * Manual retries that were over a day ago, and what a replay left that is gone with its webhook. Reads the table, which
 * holds what people asked for by hand within a day and what replays have under way.
 */
const REMOVE_RETRIES = `
DELETE FROM manual_retries WHERE id IN (
  SELECT m.id FROM manual_retries m
  WHERE (m.replay_id IS NULL AND m.finished < now() - interval '1 day')
     OR (m.replay_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM replays r WHERE r.id = m.replay_id))
  LIMIT $1 FOR UPDATE SKIP LOCKED
)`;

/** @returns as `removeExpiredKeys`. */
export const removeFinishedRetries = ({ prisma }: Database, limit: number): Promise<number> =>
  prisma.$executeRawUnsafe(REMOVE_RETRIES, limit);

/**
 * Removes lines of the audit log that are older than a moment, at most `limit`. By primary key: their ids are time-ordered.
 * @returns as `removeExpiredKeys`.
 */
export const removeOldAuditEntries = (
  { prisma }: Database,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> =>
  prisma.$executeRaw`
    DELETE FROM audit_entries WHERE id IN (
      SELECT id FROM audit_entries WHERE id < ${uuidBound(beforeMs)}::uuid ORDER BY id LIMIT ${limit}::int
      FOR UPDATE SKIP LOCKED)`;

/** Workers that have not been seen for an hour. */
export const removeGoneWorkers = ({ prisma }: Database): Promise<number> =>
  prisma.$executeRaw`DELETE FROM workers WHERE seen < now() - interval '1 hour'`;

/**
 * Notices that were sent or given up (see `finishNotice`), by primary key: their ids are time-ordered. Replays that are
 * over and have nothing under way; the table is small.
 */
const REMOVE_OLD = [
  `DELETE FROM notices WHERE id IN (
     SELECT id FROM notices WHERE id < $1::uuid AND (sent IS NOT NULL OR send_after = '9999-12-31Z')
     LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  `DELETE FROM replays WHERE id IN (
     SELECT id FROM replays WHERE id < $1::uuid AND finished IS NOT NULL AND wake_at IS NULL
     LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  // What fell into the default partitions, for want of one of its day or because it was pending when its day was dropped.
  // They hold next to nothing; whole days are dropped with their partitions. By primary keys.
  `DELETE FROM deliveries_default WHERE id IN (
     SELECT id FROM deliveries_default WHERE id < $1::uuid AND status <> 'pending' ORDER BY id LIMIT $2)`,
  // The deliveries of an event begin with its first 14 characters: a range of the primary key.
  `DELETE FROM events_default WHERE id IN (
     SELECT e.id FROM events_default e WHERE e.id < $1::uuid AND NOT EXISTS (
       SELECT 1 FROM deliveries d
       WHERE d.id >= (substr(e.id::text, 1, 14) || '0000-0000-000000000000')::uuid
         AND d.id <= (substr(e.id::text, 1, 14) || 'ffff-ffff-ffffffffffff')::uuid AND d.event_id = e.id)
     ORDER BY e.id LIMIT $2)`,
  `DELETE FROM attempts_default WHERE id IN (
     SELECT id FROM attempts_default WHERE id < $1::uuid ORDER BY id LIMIT $2)`,
] as const;

/**
 * Removes rows that are older than a moment and not part of a day that can be dropped whole: notices, replays and what is in
 * the default partitions, at most `limit` of each. What is still needed stays.
 * @returns how many were removed, and whether there may be more.
 */
export const removeOldRows = async (
  { prisma }: Database,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<{ removed: number; more: boolean }> => {
  let removed = 0;
  let more = false;
  for (const statement of REMOVE_OLD) {
    const count = await prisma.$executeRawUnsafe(statement, uuidBound(beforeMs), limit);
    removed += count;
    more ||= count >= limit;
  }
  return { removed, more };
};
