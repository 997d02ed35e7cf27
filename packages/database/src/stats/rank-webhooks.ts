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

/**
 * What was counted for webhooks in $2 … $5: by hours from $3 to $4, which are whole, and by minutes before and after. For
 * each webhook three ranges of primary keys; OFFSET 0 keeps them look-ups. 10,000 webhooks that are all busy in every minute
 * are the worst (measured with the columns of the histogram, which a ranking leaves out): 0.7 s for the last hour (700,000 rows), 0.8 s for a day, 1.9 s for a week, 1 µs a row.
 */
const countedFor = (webhooks: string, columns: string): string => `
  SELECT own.id AS webhook_id, c.* FROM (${webhooks}) own CROSS JOIN LATERAL (
    SELECT ${columns} FROM stats_hours
    WHERE account_id = $1::int AND webhook_id = own.id AND hour >= $3::timestamptz AND hour < $4::timestamptz
    UNION ALL
    SELECT ${columns} FROM stats_minutes
    WHERE account_id = $1::int AND webhook_id = own.id AND minute >= $2::timestamptz AND minute < least($3, $5::timestamptz)
    UNION ALL
    SELECT ${columns} FROM stats_minutes
    WHERE account_id = $1::int AND webhook_id = own.id AND minute >= greatest($4, $3) AND minute < $5::timestamptz
    OFFSET 0) c
  UNION ALL
  SELECT p.webhook_id, ${columns} FROM ${unfoldedMinutes('$2', '$5')} AS m(moment)
  CROSS JOIN LATERAL (
    SELECT * FROM stats_parts WHERE minute = m.moment AND account_id = $1::int AND webhook_id > 0 OFFSET 0) p
  JOIN (${webhooks}) own ON own.id = p.webhook_id`;

const RANK = `
SELECT s.*, w.name, w.state FROM (
  SELECT webhook_id AS "webhookId", ${SUM_COUNTS}
  FROM (${countedFor('SELECT id FROM webhooks WHERE account_id = $1::int', PLAIN_COUNTS)}) counted GROUP BY 1
) s JOIN webhooks w ON w.id = s."webhookId"
ORDER BY s.failed DESC, s.succeeded DESC, s."webhookId" LIMIT $6::int`;

const LATENCIES = `
SELECT webhook_id AS "webhookId", ${SUM_LATENCY}
FROM (${countedFor('SELECT unnest($6::int[]) AS id', LATENCY_COLUMNS.join(', '))}) counted GROUP BY 1`;

/**
 * Webhooks of an account for which something was counted, those with the most failed attempts first.
 * @param range whole minutes, `untilMs` exclusive.
 */
export const rankWebhooks = async (
  { direct }: Pick<Database, 'direct'>,
  { accountId, sinceMs, untilMs, limit }: { accountId: number; sinceMs: number; untilMs: number; limit: number },
): Promise<RankedWebhook[]> => {
  const firstHourMs = Math.ceil(sinceMs / HOUR_MS) * HOUR_MS;
  const lastHourMs = Math.max(firstHourMs, Math.floor(untilMs / HOUR_MS) * HOUR_MS);
  const range = [sinceMs, firstHourMs, lastHourMs, untilMs].map((timeMs) => new Date(timeMs).toISOString());
  const rows = await direct.$queryRawUnsafe<Omit<RankedWebhook, 'latency'>[]>(RANK, accountId, ...range, limit);
  const ids = rows.map(({ webhookId }) => webhookId);
  const found = await direct.$queryRawUnsafe<{ webhookId: number; latency: number[] }[]>(
    LATENCIES,
    accountId,
    ...range,
    ids,
  );
  const latencies = new Map(found.map(({ webhookId, latency }) => [webhookId, latency]));
  return rows.map((row) => ({ ...row, latency: latencies.get(row.webhookId) ?? [] }));
};
