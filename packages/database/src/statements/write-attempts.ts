import type { SqlRunner } from '../run-sql.ts';
import { addAttempts, countAttempts } from '../stats/count-attempts.ts';
import { joinTexts, plainArray } from './array-parameters.ts';
import type { AttemptRecord, RecordOptions } from './attempt-record.ts';
import { writeTimings } from './attempt-timings.ts';

/**
 * Inserts attempts, counts them, moves their deliveries on, ends manual retries, and ends the episode of webhooks that only
 * succeeded: one statement, about 20 µs an attempt. By primary keys throughout. A success on a healthy webhook writes nothing to its
 * health row: the look-up finds a count of 0.
 *
 * The list of ids is asked for as well as joined: whatever the order of the join, rows are looked up and partitions pruned.
 *
 * The automatic chain moves only from exactly the attempt before: recording an attempt twice cannot count it twice. A
 * success is true whoever made it, so it settles the delivery from any state that is not final. A retry with a number is
 * one of a replay that takes up the chain of a held delivery where it stopped.
 */
const WRITE = `
WITH input AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::int[], $7::bool[], $8::text[], $9::text[],
    string_to_array($10, chr(30), ''), $11::int[], string_to_array($12, chr(30), ''), $13::text[], $14::bool[], $15::text[], $16::float8[], string_to_array($21, chr(30)))
  AS t(id, delivery_id, number, manual_retry_id, started_at, duration_ms, succeeded, error_code, error_message,
       request, status, response_headers, response_body, response_cut, delivery_status, retry_in_ms, timings)
), attempt AS (
  INSERT INTO attempts (id, delivery_id, trigger, number, started_at, duration_ms, succeeded, error_code, error_message,
                        request, status, response_headers, response_body, response_cut, timings)
  SELECT id, delivery_id, CASE WHEN number IS NULL THEN 'manual' ELSE 'schedule' END, number, started_at::timestamptz,
         duration_ms, succeeded, error_code, error_message, request::json, status, response_headers::json, response_body,
         response_cut, timings
  FROM input
), counted AS (${addAttempts('$20')}
), retry AS (
  UPDATE manual_retries r SET finished = now(), succeeded = i.succeeded FROM input i WHERE r.id = i.manual_retry_id
), healed AS (
  UPDATE webhook_health SET consecutive_failures = 0, failing_since = NULL
  WHERE webhook_id IN (
    SELECT webhook_id FROM webhook_health WHERE webhook_id = ANY($17::int[]) AND consecutive_failures > 0
    ORDER BY webhook_id FOR UPDATE)
), changed AS (
  UPDATE deliveries d SET
    status = i.delivery_status,
    attempts = coalesce(i.number, d.attempts),
    due_at = now() + i.retry_in_ms * interval '1 millisecond',
    wake_at = now() + i.retry_in_ms * interval '1 millisecond'
      + CASE WHEN i.retry_in_ms > $18::float8 * 1000 THEN -$18::float8 ELSE $19::float8 END * interval '1 second',
    settled_at = CASE WHEN i.delivery_status <> 'pending' THEN now() END
  FROM (SELECT * FROM input WHERE delivery_status IS NOT NULL ORDER BY delivery_id) i
  WHERE d.id = i.delivery_id AND d.id = ANY($2::uuid[])
    AND (((d.status = 'pending' OR (d.status = 'held' AND i.manual_retry_id IS NOT NULL)) AND d.attempts = i.number - 1)
      OR (i.delivery_status = 'succeeded' AND d.status IN ('pending', 'failed', 'held')))
  RETURNING i.id
)
SELECT id FROM changed`;

/**
 * @param healed webhooks whose attempts all succeeded.
 * @returns ids of the attempts whose delivery changed as asked.
 */
export const writeAttempts = async (
  sql: SqlRunner,
  records: readonly AttemptRecord[],
  healed: readonly number[],
  options: RecordOptions,
): Promise<Set<string>> => {
  const rows = await sql.$queryRawUnsafe<{ id: string }[]>(
    WRITE,
    plainArray(records.map((record) => record.id)),
    plainArray(records.map((record) => record.deliveryId)),
    plainArray(records.map((record) => record.number)),
    plainArray(records.map((record) => record.manualRetryId)),
    plainArray(records.map((record) => record.startedAt.toISOString())),
    plainArray(records.map((record) => record.durationMs)),
    plainArray(records.map((record) => record.succeeded)),
    records.map((record) => record.error?.code ?? null),
    records.map((record) => record.error?.message ?? null),
    joinTexts(records.map((record) => record.request)),
    plainArray(records.map((record) => record.response?.status ?? null)),
    joinTexts(records.map((record) => record.response?.headers ?? '')),
    records.map((record) => record.response?.body ?? null),
    plainArray(records.map((record) => record.response?.cut ?? false)),
    plainArray(records.map((record) => record.delivery?.status ?? null)),
    plainArray(records.map((record) => (record.delivery?.status === 'pending' ? record.delivery.retryInMs : null))),
    plainArray(healed),
    options.horizonSeconds,
    options.leaseSeconds,
    plainArray(countAttempts(records)),
    joinTexts(records.map((record) => writeTimings(record.timings))),
  );
  return new Set(rows.map((row) => row.id));
};
