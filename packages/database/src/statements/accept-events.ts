import { uuidTime } from '@posthorn/domain';
import type { SqlRunner } from '../run-sql.ts';
import { minuteOf } from '../stats/count-attempts.ts';
import { WHOLE_ACCOUNT } from '../stats/stats-columns.ts';
import { joinTexts, plainArray } from './array-parameters.ts';
import { findDuplicates } from './find-duplicates.ts';

/** An event to store. Ids are made by the caller: the id says which day the rows belong to. */
export interface AcceptEvent {
  /** UUID v7. */
  id: string;
  accountId: number;
  type: string;
  /** Every pattern that matches the type. */
  patterns: readonly string[];
  /** ISO 8601; null means the time of acceptance. */
  occurredAt: string | null;
  /** JSON text. */
  data: string;
  /** W3C Trace Context of the request, for the spans of what follows; null while tracing is off. */
  traceparent?: string | null;
  idempotency: { key: string; /** SHA-256 of the body, hex. */ bodyHash: string } | null;
}

/** A delivery to enqueue, and the shard of the delivery queues that its jobs go to. */
export interface AcceptedDelivery {
  id: string;
  shard: number;
  /** The job (UUID) that makes its first attempt with those of others; null when it has one of its own. */
  jobId: string | null;
}

export type AcceptOutcome =
  /** Stored; `pending` are the deliveries to enqueue, `deliveries` counts the held ones too. */
  | { kind: 'accepted'; eventId: string; deliveries: number; pending: AcceptedDelivery[] }
  /** The key was used for the same body: the first answer again. */
  | { kind: 'duplicate'; eventId: string; deliveries: number }
  /** The key was used for another body. */
  | { kind: 'conflict'; eventId: string };

export interface AcceptOptions {
  /** How long a key is remembered. */
  idempotencyHours: number;
  /** How long the queue may hold a job overdue before the scheduler looks after it. */
  leaseSeconds: number;
  /** Shards of the delivery queues. Null leaves the choice to the scheduler, for what it is to enqueue first. */
  shards: number | null;
}

interface AcceptedRow {
  event_id: string;
  delivery_id: string | null;
  status: string | null;
  shard: number | null;
  job_id: string | null;
}

/**
 * Most first attempts that share a job. What a job costs Redis and a worker is shared by them; a worker that has taken one
 * makes all of them, so that it should be few beside its slots.
 */
export const MAX_SHARED = 20;

/**
 * One statement, one transaction, whatever the number of events: keys, events, matching, deliveries. About 0.3 ms and
 * 20–40 µs an event. Served by: idempotency_keys_pkey; webhooks_events_idx (GIN) for matching; the rest is inserts.
 *
 * A delivery id takes the time of its event's id, so both fall into the partition of the same day, and the deliveries of
 * an event are a short range of the primary key.
 *
 * A delivery gets its shard here and keeps it: by its webhook, so that a receiver that is slow shares its queue with few.
 *
 * Webhooks are looked up once for each type of event, whatever the number of events. OFFSET 0 keeps that a look-up of its
 * own: joined freely, the planner reads all webhooks and compares each with each event.
 *
 * Deliveries of one statement that go to the same shard share jobs, MAX_SHARED of them each: the id of a job is random up to
 * its last twelve digits, which are its shard and a number.
 *
 * What is stored is counted by the minute of its ids, in rows that are this connection's own: nobody waits for them.
 *
 * Keys are claimed in order, so that two batches with the same keys wait for each other and never lock each other out. An
 * expired key is claimed anew.
 */
const ACCEPT = `
WITH input AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::uuid[], $2::int[], string_to_array($3, chr(30)), string_to_array($4, chr(30)), $5::text[],
    string_to_array($6, chr(30)), $7::text[], $8::text[], $11::text[], $13::int[])
    AS t(id, account_id, type, patterns, occurred_at, data, key, body_hash, traceparent, minute)
), claimed AS (
  INSERT INTO idempotency_keys (account_id, key, body_hash, event_id, expires)
  SELECT account_id, key, decode(body_hash, 'hex'), id, now() + $9::float8 * interval '1 hour'
  FROM input WHERE key IS NOT NULL ORDER BY account_id, key
  ON CONFLICT (account_id, key) DO UPDATE
    SET body_hash = excluded.body_hash, event_id = excluded.event_id, expires = excluded.expires
    WHERE idempotency_keys.expires <= now()
  RETURNING event_id
), fresh AS MATERIALIZED (
  SELECT * FROM input WHERE key IS NULL OR id IN (SELECT event_id FROM claimed)
), stored AS (
  INSERT INTO events (id, account_id, type, data, occurred_at, idempotency_key, traceparent)
  SELECT id, account_id, type, data::json, coalesce(occurred_at::timestamptz, now()), key, traceparent FROM fresh
), kind AS MATERIALIZED (
  SELECT DISTINCT account_id, patterns FROM fresh
), subscribed AS MATERIALIZED (
  SELECT k.account_id, k.patterns, w.id, w.state
  FROM kind k CROSS JOIN LATERAL (
    SELECT id, state FROM webhooks WHERE account_id = k.account_id AND events && k.patterns::text[] OFFSET 0) w
), wanted AS (
  SELECT f.id, f.account_id, f.minute, w.id AS webhook_id, w.state = 'Active' AS active, w.id % $12::int AS shard,
         row_number() OVER (PARTITION BY w.state = 'Active', w.id % $12::int) - 1 AS place
  FROM fresh f JOIN subscribed w USING (account_id, patterns)
), counted AS (
  INSERT INTO stats_parts AS p (minute, account_id, webhook_id, part, accepted)
  SELECT to_timestamp(minute::float8 * 60), account_id, coalesce(webhook_id, ${WHOLE_ACCOUNT}), pg_backend_pid(), count(*)
  FROM wanted GROUP BY GROUPING SETS ((account_id, minute, webhook_id), (account_id, minute))
  ON CONFLICT (minute, account_id, webhook_id, part) DO UPDATE SET accepted = p.accepted + excluded.accepted
), job AS MATERIALIZED (
  SELECT substr(gen_random_uuid()::text, 1, 24) AS head
), fanned AS (
  INSERT INTO deliveries (id, event_id, account_id, webhook_id, status, due_at, wake_at, shard, job_id)
  SELECT (substr(f.id::text, 1, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid, f.id, f.account_id,
         f.webhook_id,
         CASE WHEN f.active THEN 'pending' ELSE 'held' END,
         CASE WHEN f.active THEN now() END,
         CASE WHEN f.active THEN now() + $10::float8 * interval '1 second' END,
         f.shard,
         CASE WHEN f.active AND f.shard IS NOT NULL
              THEN (job.head || lpad(to_hex(f.shard), 4, '0') || lpad(to_hex(f.place / ${MAX_SHARED}), 8, '0'))::uuid END
  FROM wanted f, job
  RETURNING id, event_id, status, shard, job_id
)
SELECT f.id AS event_id, d.id AS delivery_id, d.status, d.shard, d.job_id FROM fresh f LEFT JOIN fanned d ON d.event_id = f.id`;

/** A PostgreSQL array literal. Patterns of an event's type hold nothing but letters, digits, `_`, `-`, `.` and `*`. */
const makeLiteral = (patterns: readonly string[]): string => `{${patterns.map((text) => `"${text}"`).join(',')}}`;

const literals = new WeakMap<readonly string[], string>();

/** Callers give the same list for the same type: its literal is made once. */
const arrayLiteral = (patterns: readonly string[]): string => {
  const known = literals.get(patterns);
  if (known !== undefined) return known;
  const literal = makeLiteral(patterns);
  literals.set(patterns, literal);
  return literal;
};

/**
 * Stores events and fans them out. All of it commits together or not at all.
 * @returns one outcome an event, in order. Two events of one call must not share an idempotency key.
 */
export const acceptEvents = async (
  database: { direct: SqlRunner },
  events: readonly AcceptEvent[],
  options: AcceptOptions,
): Promise<AcceptOutcome[]> => {
  const rows = await database.direct.$queryRawUnsafe<AcceptedRow[]>(
    ACCEPT,
    plainArray(events.map((event) => event.id)),
    plainArray(events.map((event) => event.accountId)),
    joinTexts(events.map((event) => event.type)),
    joinTexts(events.map((event) => arrayLiteral(event.patterns))),
    plainArray(events.map((event) => event.occurredAt)),
    joinTexts(events.map((event) => event.data)),
    events.map((event) => event.idempotency?.key ?? null),
    plainArray(events.map((event) => event.idempotency?.bodyHash ?? null)),
    options.idempotencyHours,
    options.leaseSeconds,
    events.map((event) => event.traceparent ?? null),
    options.shards,
    plainArray(events.map((event) => minuteOf(uuidTime(event.id)))),
  );
  const accepted = new Map<string, { deliveries: number; pending: AcceptedDelivery[] }>();
  for (const row of rows) {
    const entry = accepted.get(row.event_id) ?? { deliveries: 0, pending: [] };
    accepted.set(row.event_id, entry);
    if (row.delivery_id === null) continue;
    entry.deliveries += 1;
    if (row.status === 'pending') {
      entry.pending.push({ id: row.delivery_id, shard: row.shard ?? 0, jobId: row.job_id });
    }
  }
  const repeated = events.filter((event) => !accepted.has(event.id));
  const duplicates = repeated.length === 0 ? new Map() : await findDuplicates(database, repeated);
  return events.map((event): AcceptOutcome => {
    const entry = accepted.get(event.id);
    if (entry !== undefined) return { kind: 'accepted', eventId: event.id, ...entry };
    return duplicates.get(event.id) as AcceptOutcome;
  });
};
