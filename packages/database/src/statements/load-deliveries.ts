import type { DeliverableEvent, DeliveryStatus, WebhookState } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import { plainArray } from './array-parameters.ts';

/** A delivery with its event, and what is known of its webhook without loading it. */
export interface LoadedDelivery {
  id: string;
  accountId: number;
  webhookId: number;
  status: DeliveryStatus;
  attempts: number;
  /** Milliseconds until its next attempt is due, by the clock of PostgreSQL; negative when that is over, null when it is not pending. */
  dueInMs: number | null;
  /** Shard of the delivery queues that its jobs go to. */
  shard: number;
  /** The job (UUID) that makes the first attempt with those of others; null when it has one of its own. */
  jobId: string | null;
  event: DeliverableEvent;
  /** W3C Trace Context of the event's publishing; null when it was published without tracing. */
  traceparent: string | null;
  /** Null when the webhook was deleted. The version tells whether a copy in memory is still right. */
  webhook: { version: number; state: WebhookState } | null;
}

interface Row {
  id: string;
  account_id: number;
  webhook_id: number;
  status: DeliveryStatus;
  attempts: number;
  due_in_ms: number | null;
  shard: number;
  job_id: string | null;
  event_id: string;
  type: string;
  occurred_ms: number;
  data: string;
  traceparent: string | null;
  version: number | null;
  state: WebhookState | null;
}

/**
 * One query for many jobs: three look-ups by primary key a row, of which the partitions that cannot hold the id are
 * pruned while it runs. About 10 µs a row. LATERAL with LIMIT keeps them look-ups: a plan that was made while the partition of
 * a new day was small would go on reading all of it.
 */
const LOAD = `
SELECT d.id, d.account_id, d.webhook_id, d.status, d.attempts,
       (extract(epoch FROM d.due_at - now()) * 1000)::float8 AS due_in_ms, coalesce(d.shard, 0) AS shard, d.job_id,
       e.id AS event_id, e.type,
       (extract(epoch FROM e.occurred_at) * 1000)::float8 AS occurred_ms, e.data::text AS data, e.traceparent, w.version, w.state
FROM unnest($1::uuid[]) AS t(id)
CROSS JOIN LATERAL (SELECT * FROM deliveries WHERE id = t.id LIMIT 1) d
CROSS JOIN LATERAL (SELECT * FROM events WHERE id = d.event_id LIMIT 1) e
LEFT JOIN LATERAL (SELECT version, state FROM webhooks WHERE id = d.webhook_id LIMIT 1) w ON true`;

/** The deliveries with these ids, by id; those that do not exist (their day was dropped) are not in the map. */
export const loadDeliveries = async (
  { direct }: Pick<Database, 'direct'>,
  ids: readonly string[],
): Promise<Map<string, LoadedDelivery>> => {
  const rows = await direct.$queryRawUnsafe<Row[]>(LOAD, plainArray([...new Set(ids)]));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        accountId: row.account_id,
        webhookId: row.webhook_id,
        status: row.status,
        attempts: row.attempts,
        dueInMs: row.due_in_ms,
        shard: row.shard,
        jobId: row.job_id,
        event: { id: row.event_id, type: row.type, occurredAt: new Date(row.occurred_ms), data: row.data },
        traceparent: row.traceparent,
        webhook: row.version === null || row.state === null ? null : { version: row.version, state: row.state },
      },
    ]),
  );
};
