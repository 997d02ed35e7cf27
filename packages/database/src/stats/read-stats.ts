import type { Database } from '../connect-database.ts';
import {
  COUNT_COLUMNS,
  type CountedStats,
  SUM_COUNTS,
  SUM_LATENCY,
  unfoldedMinutes,
  WHOLE_ACCOUNT,
} from './stats-columns.ts';

/** Whole steps: `sinceMs` inclusive, `untilMs` exclusive, both multiples of the step. */
export interface StatsRangeFilter {
  accountId: number;
  /** Null: the whole account. */
  webhookId: number | null;
  sinceMs: number;
  untilMs: number;
  stepSeconds: number;
}

const HOUR_SECONDS = 3600;

/**
 * A range of the primary key of stats_minutes or stats_hours: 60 rows for an hour by minutes, 8,760 for a year by hours,
 * whatever the number of webhooks; and a look-up for each minute that is not folded yet.
 */
const readFrom = (table: 'stats_minutes' | 'stats_hours', time: 'minute' | 'hour'): string => `
SELECT ((extract(epoch FROM moment)::bigint / $5::int) * $5::int)::float8 * 1000 AS "atMs", ${SUM_COUNTS}, ${SUM_LATENCY}
FROM (
  SELECT ${time} AS moment, ${COUNT_COLUMNS} FROM ${table}
  WHERE account_id = $1::int AND webhook_id = $2::int AND ${time} >= $3::timestamptz AND ${time} < $4::timestamptz
  UNION ALL
  SELECT p.minute, ${COUNT_COLUMNS} FROM ${unfoldedMinutes('$3', '$4')} AS m(moment)
  CROSS JOIN LATERAL (
    SELECT * FROM stats_parts WHERE minute = m.moment AND account_id = $1::int AND webhook_id = $2::int OFFSET 0) p
) counted
GROUP BY 1 ORDER BY 1`;

const READ = { minutes: readFrom('stats_minutes', 'minute'), hours: readFrom('stats_hours', 'hour') };

/** Steps in which something was counted, oldest first, by the Unix ms at which they begin. */
export const readStats = (
  { direct }: Pick<Database, 'direct'>,
  { accountId, webhookId, sinceMs, untilMs, stepSeconds }: StatsRangeFilter,
): Promise<(CountedStats & { atMs: number })[]> =>
  direct.$queryRawUnsafe(
    stepSeconds % HOUR_SECONDS === 0 ? READ.hours : READ.minutes,
    accountId,
    webhookId ?? WHOLE_ACCOUNT,
    new Date(sinceMs).toISOString(),
    new Date(untilMs).toISOString(),
    stepSeconds,
  );

/** At the low end of deliveries_first_due_idx, as in `measureBacklog`. */
const OLDEST_DUE = `
SELECT extract(epoch FROM now() - min(due_at))::float8 AS seconds FROM deliveries WHERE status = 'pending' AND attempts = 0`;

/** How long the oldest first attempt that is due has been waiting, in seconds; null: none waits. */
export const measureOldestDue = async ({ direct }: Pick<Database, 'direct'>): Promise<number | null> => {
  const [row] = await direct.$queryRawUnsafe<{ seconds: number | null }[]>(OLDEST_DUE);
  const seconds = row?.seconds ?? null;
  return seconds === null || seconds < 0 ? null : seconds;
};
