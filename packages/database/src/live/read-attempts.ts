import type { AttemptTrigger, DeliveryStatus } from '@posthorn/contracts';
import { uuidBound } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';

type Reader = Pick<Database, 'direct'>;

/** By the low bound of the primary key; partitions of other days are pruned while it runs. Backwards, about 1 µs a row. */
const RECENT = `
SELECT id, delivery_id AS "deliveryId" FROM attempts WHERE id >= $1::uuid ORDER BY id DESC LIMIT $2::int`;

/** Ids (UUIDs) of attempts that were made since a moment, of all accounts: the newest `limit` of them, newest first. */
export const listRecentAttempts = (
  { direct }: Reader,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<{ id: string; deliveryId: string }[]> => direct.$queryRawUnsafe(RECENT, uuidBound(sinceMs), limit);

/** An attempt with those that it belongs to. */
export interface OwnedAttempt {
  id: string;
  accountId: number;
  webhookId: number;
}

/** A look-up by primary key each, 5 µs. */
const OWNED = `
SELECT a.id, d.account_id AS "accountId", d.webhook_id AS "webhookId"
FROM unnest($1::uuid[], $2::uuid[]) AS a(id, delivery_id)
CROSS JOIN LATERAL (SELECT account_id, webhook_id FROM deliveries WHERE id = a.delivery_id LIMIT 1) d
WHERE d.account_id = ANY($3::int[])`;

/** Those of some accounts, oldest first. */
export const findOwnedAttempts = async (
  { direct }: Reader,
  attempts: readonly { id: string; deliveryId: string }[],
  accountIds: readonly number[],
): Promise<OwnedAttempt[]> => {
  if (attempts.length === 0 || accountIds.length === 0) return [];
  const rows = await direct.$queryRawUnsafe<OwnedAttempt[]>(
    OWNED,
    attempts.map(({ id }) => id),
    attempts.map(({ deliveryId }) => deliveryId),
    [...accountIds],
  );
  return rows.toSorted((one, other) => (one.id < other.id ? -1 : 1));
};

/** An attempt without its request and answer. Ids are UUIDs. */
export interface LiveAttempt {
  id: string;
  deliveryId: string;
  eventId: string;
  eventType: string;
  webhookId: number;
  /** Null when the webhook was deleted. */
  webhookName: string | null;
  trigger: AttemptTrigger;
  number: number | null;
  startedAt: Date;
  durationMs: number;
  succeeded: boolean;
  status: number | null;
  errorCode: string | null;
  deliveryStatus: DeliveryStatus;
}

/** Four look-ups by primary key each. */
const DETAILS = `
SELECT a.id, d.id AS "deliveryId", d.event_id AS "eventId", e.type AS "eventType", d.webhook_id AS "webhookId",
       w.name AS "webhookName", a.trigger, a.number, a.started_at AS "startedAt", a.duration_ms AS "durationMs", a.succeeded,
       a.status, a.error_code AS "errorCode", d.status AS "deliveryStatus"
FROM unnest($1::uuid[]) AS t(id)
CROSS JOIN LATERAL (SELECT * FROM attempts WHERE id = t.id LIMIT 1) a
CROSS JOIN LATERAL (SELECT * FROM deliveries WHERE id = a.delivery_id LIMIT 1) d
CROSS JOIN LATERAL (SELECT type FROM events WHERE id = d.event_id LIMIT 1) e
LEFT JOIN LATERAL (SELECT name FROM webhooks WHERE id = d.webhook_id LIMIT 1) w ON true`;

/** What these attempts were, by id; those that are gone are not in the map. */
export const loadLiveAttempts = async (
  { direct }: Reader,
  ids: readonly string[],
): Promise<Map<string, LiveAttempt>> => {
  if (ids.length === 0) return new Map();
  const rows = await direct.$queryRawUnsafe<LiveAttempt[]>(DETAILS, [...ids]);
  return new Map(rows.map((row) => [row.id, row]));
};
