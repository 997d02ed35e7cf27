import type { Database } from '../connect-database.ts';

/** Removes idempotency keys that nobody remembers any more, a bounded number at a time. By idempotency_keys_expires_idx. */
const REMOVE_KEYS = `
DELETE FROM idempotency_keys WHERE (account_id, key) IN (
  SELECT account_id, key FROM idempotency_keys WHERE expires <= now() ORDER BY expires LIMIT $1 FOR UPDATE SKIP LOCKED
)`;

/** @returns how many were removed; as many as the limit means that there may be more. */
export const removeExpiredKeys = ({ prisma }: Database, limit: number): Promise<number> =>
  prisma.$executeRawUnsafe(REMOVE_KEYS, limit);
