import { ensurePartitions } from '@posthorn/database';
import { sampleEvent } from '../load/sample-event.ts';
import { type Installation, installPosthorn } from './install-posthorn.ts';
import type { Rig } from './start-rig.ts';

export interface FillSize {
  webhooks: number;
  /** Each with its attempt; one event for four of them. */
  deliveries: number;
}

/** A database with a past. It stays until the end of the run: `growth` and `api-lists` share it. */
export interface FilledDatabase {
  url: string;
  /** The stored webhooks have the ids from this one on. */
  firstWebhookId: number;
  /** How long it took. */
  seconds: number;
}

export const STORED_TYPES = 100;
export const storedType = (n: number): string => `stored.type-${n}`;

const DAYS = 5;
const DAY_MS = 86_400_000;
const DELIVERIES_PER_EVENT = 4;

/** A UUID v7 with the 14 characters of a time, as the accept statement of Posthorn makes those of deliveries. */
const idWith = (head: string): string => `(${head} || '7' || substr(gen_random_uuid()::text, 16))::uuid`;
const headOf = (id: string): string => `substr(${id}::text, 1, 14)`;

/** One day: events spread over it, deliveries of random webhooks with the time of their event, an attempt for each. */
const fillDay = (
  posthorn: Installation,
  {
    dayMs,
    events,
    firstWebhookId,
    webhooks,
  }: { dayMs: number; events: number; firstWebhookId: number; webhooks: number },
): string => `
WITH moments AS (
  SELECT n, ${dayMs}::bigint + n * ${DAY_MS}::bigint / ${events} AS ms FROM generate_series(0, ${events - 1}) AS n
), heads AS (
  SELECT n, ms, regexp_replace(lpad(to_hex(ms), 12, '0'), '(.{8})(.{4})', '\\1-\\2-') AS head FROM moments
), stored AS (
  INSERT INTO events (id, account_id, type, data, occurred_at)
  SELECT ${idWith('head')}, ${posthorn.accountId}, 'stored.type-' || n % ${STORED_TYPES},
         '${JSON.stringify(sampleEvent(0, 0).data)}'::json, to_timestamp(ms / 1000.0)
  FROM heads RETURNING id, occurred_at
), fanned AS (
  INSERT INTO deliveries (id, event_id, account_id, webhook_id, status, attempts, settled_at, shard)
  SELECT ${idWith(headOf('s.id'))}, s.id, ${posthorn.accountId}, ${firstWebhookId} + floor(random() * ${webhooks})::int,
         CASE WHEN random() < 0.03 THEN 'failed' ELSE 'succeeded' END, 1, s.occurred_at, 0
  FROM stored s, generate_series(1, ${DELIVERIES_PER_EVENT})
  RETURNING id, status, settled_at
)
INSERT INTO attempts (id, delivery_id, trigger, number, started_at, duration_ms, succeeded, error_code, request, status,
                      response_headers, response_body)
SELECT ${idWith(headOf('id'))}, id, 'schedule', 1, settled_at, 12, status = 'succeeded',
       CASE WHEN status = 'failed' THEN 'http_status' END,
       '{"method":"POST","url":"http://127.0.0.1:9/hook","headers":{"content-type":"application/json"}}'::json,
       CASE WHEN status = 'failed' THEN 500 ELSE 204 END, '{}'::json, ''
FROM fanned`;

/** What the services would have counted of it: by minute and by hour, for each webhook and for the account. */
const COUNT = ['minute', 'hour'].map(
  (unit) => `
INSERT INTO stats_${unit}s (account_id, webhook_id, ${unit}, accepted, succeeded, failed, ms_20)
SELECT account_id, coalesce(webhook_id, 0), moment, count(*), count(*) FILTER (WHERE status = 'succeeded'),
       count(*) FILTER (WHERE status = 'failed'), count(*)
FROM (SELECT account_id, webhook_id, status, date_trunc('${unit}', settled_at, 'UTC') AS moment FROM deliveries) d
GROUP BY GROUPING SETS ((account_id, webhook_id, moment), (account_id, moment))`,
);

/** Fills a database by set-based SQL: rows and indexes as if all of it had been delivered on past days. */
export const fillDatabase = (rig: Rig, { webhooks, deliveries }: FillSize): Promise<FilledDatabase> =>
  rig.share(`filled ${webhooks} ${deliveries}`, async () => {
    const startedAt = performance.now();
    const url = await rig.createDatabase();
    const posthorn = await installPosthorn(rig, { queues: 'redis', databaseUrl: url });
    try {
      const model = await posthorn.addWebhook('http://127.0.0.1:9/hook');
      await posthorn.copyWebhook(model, 'http://127.0.0.1:9/', webhooks - 1);
      await rig.query(
        `UPDATE webhooks SET events = ARRAY['stored.type-' || id % ${STORED_TYPES}],
           state = CASE WHEN id % 20 = 0 THEN 'Stopped' WHEN id % 50 = 1 THEN 'TooManyErrors' ELSE 'Active' END`,
        url,
      );
      const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
      await ensurePartitions(posthorn.database, { nowMs: today - DAYS * DAY_MS, daysAhead: DAYS });
      const events = Math.floor(deliveries / DELIVERIES_PER_EVENT / DAYS);
      for (let day = 1; day <= DAYS; day += 1) {
        const dayMs = today - day * DAY_MS;
        await rig.query(fillDay(posthorn, { dayMs, events, firstWebhookId: model, webhooks }), url);
      }
      for (const statement of COUNT) await rig.query(statement, url);
      // What autovacuum does by itself, some time later.
      await rig.query('VACUUM ANALYZE', url);
      return { url, firstWebhookId: model, seconds: (performance.now() - startedAt) / 1000 };
    } finally {
      await posthorn.remove();
    }
  });
