import { uuidFloor, uuidTime } from '@posthorn/domain';
import type { AcceptEvent, AcceptOutcome } from './accept-events.ts';
import type { SqlRunner } from '../run-sql.ts';

interface KeyRow {
  id: string;
  event_id: string;
  same_body: boolean;
}

/** By idempotency_keys_pkey. A statement of its own: it must see what the transaction it waited for has committed. */
const FIND_KEYS = `
SELECT t.id, k.event_id, k.body_hash = decode(t.body_hash, 'hex') AS same_body
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) AS t(id, account_id, key, body_hash)
JOIN idempotency_keys k ON k.account_id = t.account_id AND k.key = t.key`;

/** By the primary key: deliveries have the millisecond of their event. */
const COUNT_DELIVERIES = `
SELECT t.event_id, count(d.id)::int AS deliveries
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(event_id, low, high)
LEFT JOIN deliveries d ON d.id >= t.low AND d.id < t.high AND d.event_id = t.event_id
GROUP BY t.event_id`;

/**
 * What became of events whose key was taken: the first answer again, or a conflict. By id of the repeated event.
 * @throws Error when a key vanished between the two statements (it expired that moment): the caller's client tries again.
 */
export const findDuplicates = async (
  { direct }: { direct: SqlRunner },
  events: readonly AcceptEvent[],
): Promise<Map<string, AcceptOutcome>> => {
  const keys = await direct.$queryRawUnsafe<KeyRow[]>(
    FIND_KEYS,
    events.map((event) => event.id),
    events.map((event) => event.accountId),
    events.map((event) => event.idempotency?.key ?? null),
    events.map((event) => event.idempotency?.bodyHash ?? null),
  );
  if (keys.length < events.length) throw new Error('An idempotency key expired while it was looked up.');
  const first = [...new Set(keys.map((row) => row.event_id))];
  const counts = await direct.$queryRawUnsafe<{ event_id: string; deliveries: number }[]>(
    COUNT_DELIVERIES,
    first,
    first.map((id) => uuidFloor(uuidTime(id))),
    first.map((id) => uuidFloor(uuidTime(id) + 1)),
  );
  const countOf = new Map(counts.map((row) => [row.event_id, row.deliveries]));
  return new Map(
    keys.map((row): [string, AcceptOutcome] => [
      row.id,
      row.same_body
        ? { kind: 'duplicate', eventId: row.event_id, deliveries: countOf.get(row.event_id) ?? 0 }
        : { kind: 'conflict', eventId: row.event_id },
    ]),
  );
};
