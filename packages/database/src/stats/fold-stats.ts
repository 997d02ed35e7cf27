import type { Database } from '../connect-database.ts';
import { addExcluded, COUNT_COLUMNS, SUMS_TO_STORE } from './stats-columns.ts';

/**
 * Moves the oldest rows of stats_parts to stats_minutes and adds them to stats_hours, in one transaction: at any moment each
 * attempt is counted in stats_parts, or in both of the others. What comes late for a minute that was folded is a new row of
 * stats_parts, and is added the next time. About 15 µs a row, by primary keys,
 * and 10 more for one in which something failed.
 */
const FOLD = `
WITH old AS (
  SELECT minute, account_id, webhook_id, part FROM stats_parts WHERE minute < $1::timestamptz
  ORDER BY minute, account_id, webhook_id, part LIMIT $2::int FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM stats_parts p USING old
  WHERE p.minute = old.minute AND p.account_id = old.account_id AND p.webhook_id = old.webhook_id AND p.part = old.part
  RETURNING p.*
), minutes AS (
  INSERT INTO stats_minutes AS m (account_id, webhook_id, minute, ${COUNT_COLUMNS})
  SELECT account_id, webhook_id, minute, ${SUMS_TO_STORE} FROM gone
  GROUP BY account_id, webhook_id, minute ORDER BY minute, account_id, webhook_id
  ON CONFLICT (account_id, webhook_id, minute) DO UPDATE SET ${addExcluded('m')}
), hours AS (
  INSERT INTO stats_hours AS h (account_id, webhook_id, hour, ${COUNT_COLUMNS})
  SELECT account_id, webhook_id, date_trunc('hour', minute, 'UTC') AS hour, ${SUMS_TO_STORE} FROM gone
  GROUP BY account_id, webhook_id, date_trunc('hour', minute, 'UTC') ORDER BY 3, 1, 2
  ON CONFLICT (account_id, webhook_id, hour) DO UPDATE SET ${addExcluded('h')}
)
SELECT count(*)::int AS folded FROM old`;

/**
 * Folds rows of minutes before a moment, at most `limit`. One at a time does it (the scheduler with the lease).
 * @returns how many; as many as the limit means that there may be more.
 */
export const foldStats = async (
  { direct }: Pick<Database, 'direct'>,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> => {
  const [row] = await direct.$queryRawUnsafe<{ folded: number }[]>(FOLD, new Date(beforeMs).toISOString(), limit);
  return row?.folded ?? 0;
};

/** By the BRIN indexes: rows lie in the order of their time, the oldest at the begin of the table. */
const REMOVE = [
  `DELETE FROM stats_minutes WHERE (account_id, webhook_id, minute) IN (
     SELECT account_id, webhook_id, minute FROM stats_minutes WHERE minute < $1::timestamptz LIMIT $2::int)`,
  `DELETE FROM stats_hours WHERE (account_id, webhook_id, hour) IN (
     SELECT account_id, webhook_id, hour FROM stats_hours WHERE hour < date_trunc('hour', $1::timestamptz, 'UTC') LIMIT $2::int)`,
] as const;

/**
 * Removes statistics of before a moment, at most `limit` rows of each table; an hour goes as a whole.
 * @returns how many were removed, and whether there may be more.
 */
export const removeOldStats = async (
  { direct }: Pick<Database, 'direct'>,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<{ removed: number; more: boolean }> => {
  const counts: number[] = [];
  for (const statement of REMOVE) {
    counts.push(await direct.$executeRawUnsafe(statement, new Date(beforeMs).toISOString(), limit));
  }
  return { removed: counts.reduce((sum, count) => sum + count, 0), more: counts.some((count) => count >= limit) };
};
