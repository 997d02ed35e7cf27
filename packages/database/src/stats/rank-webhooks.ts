import type { WebhookState } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import {
  type CountedStats,
  LATENCY_COLUMNS,
  PLAIN_COUNTS,
  SUM_COUNTS,
  SUM_LATENCY,
  unfoldedMinutes,
} from './stats-columns.ts';

const HOUR_MS = 3_600_000;

export interface RankedWebhook extends CountedStats {
  webhookId: number;
  name: string;
  state: WebhookState;
}

/** A range of whole minutes as the parameters $2 … $5 of every statement: by hours from $3 to $4, by minutes before and after. */
type Range = readonly [since: string, firstHour: string, lastHour: string, until: string];

const rangeOf = (sinceMs: number, untilMs: number): Range => {
  const firstHourMs = Math.ceil(sinceMs / HOUR_MS) * HOUR_MS;
  const lastHourMs = Math.max(firstHourMs, Math.floor(untilMs / HOUR_MS) * HOUR_MS);
  const at = (timeMs: number): string => new Date(timeMs).toISOString();
  return [at(sinceMs), at(firstHourMs), at(lastHourMs), at(untilMs)];
};

const IN_HOURS = 'hour >= $3::timestamptz AND hour < $4::timestamptz';
const IN_MINUTES_BEFORE = 'minute >= $2::timestamptz AND minute < least($3, $5::timestamptz)';
const IN_MINUTES_AFTER = 'minute >= greatest($4, $3) AND minute < $5::timestamptz';
const UNFOLDED = `${unfoldedMinutes('$2', '$5')} AS m(moment)`;

/**
 * What was counted for webhooks. For each of them three ranges of primary keys; OFFSET 0 keeps them look-ups.
 * @param webhooks a query that gives their ids as `id`.
 */
const countedFor = (webhooks: string, columns: string): string => `
  SELECT own.id AS webhook_id, c.* FROM (${webhooks}) own CROSS JOIN LATERAL (
    SELECT ${columns} FROM stats_hours WHERE account_id = $1::int AND webhook_id = own.id AND ${IN_HOURS}
    UNION ALL
    SELECT ${columns} FROM stats_minutes WHERE account_id = $1::int AND webhook_id = own.id AND ${IN_MINUTES_BEFORE}
    UNION ALL
    SELECT ${columns} FROM stats_minutes WHERE account_id = $1::int AND webhook_id = own.id AND ${IN_MINUTES_AFTER}
    OFFSET 0) c
  UNION ALL
  SELECT p.webhook_id, ${columns} FROM ${UNFOLDED}
  CROSS JOIN LATERAL (
    SELECT * FROM stats_parts WHERE minute = m.moment AND account_id = $1::int AND webhook_id > 0 OFFSET 0) p
  JOIN (${webhooks}) own ON own.id = p.webhook_id`;

/**
 * Webhooks with the most failed attempts, all of those that share the last place too: rows in which something failed are few,
 * and the indexes `stats_hours_failed_idx` and `stats_minutes_failed_idx` have no others. A week of 10,000 webhooks takes 30 ms
 * with 60,000 such rows, and 0.3 s with a million, which is all of them.
 */
const WORST = `
  SELECT f.webhook_id AS id FROM (
    SELECT webhook_id, sum(failed) AS failed FROM (
      SELECT webhook_id, failed FROM stats_hours
      WHERE account_id = $1::int AND failed > 0 AND webhook_id > 0 AND ${IN_HOURS}
      UNION ALL
      SELECT webhook_id, failed FROM stats_minutes
      WHERE account_id = $1::int AND failed > 0 AND webhook_id > 0 AND ${IN_MINUTES_BEFORE}
      UNION ALL
      SELECT webhook_id, failed FROM stats_minutes
      WHERE account_id = $1::int AND failed > 0 AND webhook_id > 0 AND ${IN_MINUTES_AFTER}
      UNION ALL
      SELECT p.webhook_id, p.failed FROM ${UNFOLDED}
      CROSS JOIN LATERAL (
        SELECT * FROM stats_parts
        WHERE minute = m.moment AND account_id = $1::int AND webhook_id > 0 AND failed > 0 OFFSET 0) p
    ) counted GROUP BY 1
  ) f JOIN webhooks w ON w.id = f.webhook_id AND w.account_id = $1::int
  ORDER BY f.failed DESC FETCH FIRST ($6::int) ROWS WITH TIES`;

/** Those of `webhooks` for which something was counted, in the order of the ranking. */
const rank = (webhooks: string): string => `
SELECT s.*, w.name, w.state FROM (
  SELECT webhook_id AS "webhookId", ${SUM_COUNTS} FROM (${countedFor(webhooks, PLAIN_COUNTS)}) counted GROUP BY 1
) s JOIN webhooks w ON w.id = s."webhookId"
ORDER BY s.failed DESC, s.succeeded DESC, s."webhookId" LIMIT $6::int`;

const RANK_FAILED = `WITH worst AS MATERIALIZED (${WORST}) ${rank('SELECT id FROM worst')}`;

/** It looks at every webhook of the account, 1 µs a row: with 10,000 that are busy in every minute 0.7 s an hour, 1.9 s a week. */
const RANK_ALL = rank('SELECT id FROM webhooks WHERE account_id = $1::int');

const LATENCIES = `
SELECT webhook_id AS "webhookId", ${SUM_LATENCY}
FROM (${countedFor('SELECT unnest($6::int[]) AS id', LATENCY_COLUMNS.join(', '))}) counted GROUP BY 1`;

export interface RankingFilter {
  accountId: number;
  /** Whole minutes, `untilMs` exclusive. */
  sinceMs: number;
  untilMs: number;
  /** Without those of which no attempt failed. */
  onlyFailed: boolean;
  limit: number;
}

/**
 * Webhooks of an account for which something was counted, those with the most failed attempts first, then those with the most
 * that succeeded. The rest of them is looked at only when it is asked for and fewer than `limit` failed.
 */
export const rankWebhooks = async (
  { direct }: Pick<Database, 'direct'>,
  { accountId, sinceMs, untilMs, onlyFailed, limit }: RankingFilter,
): Promise<RankedWebhook[]> => {
  const range = rangeOf(sinceMs, untilMs);
  const read = (statement: string): Promise<Omit<RankedWebhook, 'latency'>[]> =>
    direct.$queryRawUnsafe(statement, accountId, ...range, limit);
  const failed = await read(RANK_FAILED);
  const rows = onlyFailed || failed.length === limit ? failed : await read(RANK_ALL);
  const found = await direct.$queryRawUnsafe<{ webhookId: number; latency: number[] }[]>(
    LATENCIES,
    accountId,
    ...range,
    rows.map(({ webhookId }) => webhookId),
  );
  const latencies = new Map(found.map(({ webhookId, latency }) => [webhookId, latency]));
  return rows.map((row) => ({ ...row, latency: latencies.get(row.webhookId) ?? [] }));
};
