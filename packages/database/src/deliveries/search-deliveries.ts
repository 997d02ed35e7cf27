import type { DeliveryStatus } from '@posthorn/contracts';
import { patternExpression, uuidBound } from '@posthorn/domain';
import { type Database, Prisma } from '../connect-database.ts';
import { ABOVE_ALL, type SearchBounds, type SearchStep, toStep } from '../search-step.ts';
import type { DeliveryRecord } from './delivery-record.ts';

export interface DeliverySearch extends SearchBounds {
  webhookId?: number | undefined;
  /** UUID. */
  eventId?: string | undefined;
  status?: DeliveryStatus | undefined;
  /** A type, or a pattern. */
  eventType?: string | undefined;
}

/** Deliveries, and events on the way to them, that one statement looks at. Parts of its text, as for events. */
const SEEN_AT_ONCE = Prisma.raw('2000');
const EVENTS_AT_ONCE = Prisma.raw('1000');

/** A row for each delivery that was found, or one of nulls; each says the same of the search. */
type Row = (DeliveryRecord | { id: null }) & {
  /** Where the next part begins; null when there is none. */
  next: string | null;
};

const isFound = (row: Row): row is Row & DeliveryRecord => row.id !== null;

/** Behind the 13 characters that say the millisecond: below all ids that it has, and above all of them. */
const FIRST = '-0000-0000-000000000000';
const LAST = '-ffff-ffff-ffffffffffff';
const momentOf = (id: string): string => id.slice(0, 13);

/**
 * The milliseconds in which the next events of the account were accepted. Deliveries have that of their event, so they are
 * short ranges of the primary key of deliveries. A position within a millisecond has more of its deliveries ahead.
 */
const momentsOf = ({ accountId, belowId, sinceMs }: DeliverySearch): Prisma.Sql => {
  const position = belowId ?? ABOVE_ALL;
  const above = position.endsWith(FIRST) ? position : `${momentOf(position)}${LAST}`;
  const since = sinceMs === undefined ? Prisma.empty : Prisma.sql`AND id >= ${uuidBound(sinceMs)}::uuid`;
  return Prisma.sql`
    SELECT id, substr(id::text, 1, 13) AS moment FROM events
    WHERE account_id = ${accountId}::int AND id < ${above}::uuid ${since} ORDER BY id DESC LIMIT ${EVENTS_AT_ONCE}`;
};

const COLUMNS = Prisma.raw('d.id, d.event_id, d.webhook_id, d.status, d.attempts, d.due_at, d.settled_at');

/** The next deliveries: of the webhook or of the event that is asked for, or of the account. */
const sourceOf = (search: DeliverySearch, most: Prisma.Sql): Prisma.Sql => {
  const { accountId, belowId, sinceMs, webhookId, eventId } = search;
  const bounds = [
    Prisma.sql`d.account_id = ${accountId}::int AND d.id < ${belowId ?? ABOVE_ALL}::uuid`,
    ...(sinceMs === undefined ? [] : [Prisma.sql`d.id >= ${uuidBound(sinceMs)}::uuid`]),
  ];
  const where = Prisma.join(bounds, ' AND ');
  if (eventId !== undefined) {
    const moment = momentOf(eventId);
    return Prisma.sql`
      SELECT ${COLUMNS} FROM deliveries d
      WHERE ${where} AND d.event_id = ${eventId}::uuid
        AND d.id >= ${`${moment}${FIRST}`}::uuid AND d.id <= ${`${moment}${LAST}`}::uuid
      ORDER BY d.id DESC LIMIT ${most}`;
  }
  if (webhookId !== undefined) {
    return Prisma.sql`
      SELECT ${COLUMNS} FROM deliveries d WHERE ${where} AND d.webhook_id = ${webhookId}::int
      ORDER BY d.id DESC LIMIT ${most}`;
  }
  return Prisma.sql`
    SELECT d.* FROM (SELECT DISTINCT moment FROM way ORDER BY moment DESC) m CROSS JOIN LATERAL (
      SELECT ${COLUMNS} FROM deliveries d
      WHERE ${where} AND d.id >= (m.moment || ${FIRST}::text)::uuid AND d.id <= (m.moment || ${LAST}::text)::uuid
      ORDER BY d.id DESC
    ) d ORDER BY m.moment DESC, d.id DESC LIMIT ${most}`;
};

const filtersOf = ({ webhookId, status, eventType }: DeliverySearch): Prisma.Sql[] => {
  const expression = eventType === undefined ? null : patternExpression(eventType);
  return [
    ...(webhookId === undefined ? [] : [Prisma.sql`s.webhook_id = ${webhookId}::int`]),
    ...(status === undefined ? [] : [Prisma.sql`s.status = ${status}`]),
    ...(expression === null
      ? []
      : [Prisma.sql`EXISTS (SELECT 1 FROM events e WHERE e.id = s.event_id AND e.type ~ ${expression})`]),
  ];
};

/** Until is a position, too: whichever of the two is lower. */
const lower = ({ belowId, untilMs }: SearchBounds): string | null => {
  if (untilMs === undefined) return belowId;
  const until = uuidBound(untilMs);
  return belowId === null || until < belowId ? until : belowId;
};

/**
 * The next deliveries of an account that match, newest first; one statement, which looks at 2,000 of them at most, about
 * 2 µs each. Those of a webhook are found by deliveries_webhook_id_id_idx, those of an event are a range of the primary key.
 *
 * Those of the account are found by way of its next 1,000 events (events_account_id_id_idx): their milliseconds are as many
 * short ranges of the primary key of deliveries, which are read until there are enough. An index of deliveries by account
 * would be simpler, and would cost twice for every delivery: each is written when it is stored and again when it is settled.
 * Events are joined by primary key.
 */
export const searchDeliveries = async (
  { prisma }: Pick<Database, 'prisma'>,
  given: DeliverySearch,
): Promise<SearchStep<DeliveryRecord>> => {
  const search = { ...given, belowId: lower(given) };
  const { webhookId, eventId, limit } = search;
  const filters = filtersOf(search);
  const wanted = limit + 1;
  const isOfAccount = webhookId === undefined && eventId === undefined;
  const most = filters.length === 0 ? Prisma.sql`${wanted}::int` : SEEN_AT_ONCE;
  const way = isOfAccount ? momentsOf(search) : Prisma.sql`SELECT NULL::uuid AS id, NULL AS moment WHERE false`;
  const rows = await prisma.$queryRaw<Row[]>`
    WITH way AS MATERIALIZED (${way}), seen AS MATERIALIZED (${sourceOf(search, most)}), matching AS MATERIALIZED (
      SELECT * FROM seen s ${filters.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(filters, ' AND ')}`}
      ORDER BY s.id DESC LIMIT ${wanted}::int
    ), found AS (
      SELECT d.id::text AS id, d.event_id::text AS "eventId", e.type AS "eventType", d.webhook_id AS "webhookId", d.status,
             d.attempts, d.due_at AS "dueAt", d.settled_at AS "settledAt"
      FROM matching d JOIN events e ON e.id = d.event_id
    )
    SELECT f.*, CASE
        WHEN (SELECT count(*) FROM seen) >= ${most} THEN (SELECT id::text FROM seen ORDER BY id LIMIT 1)
        -- All deliveries of these milliseconds were looked at.
        WHEN (SELECT count(*) FROM way) >= ${EVENTS_AT_ONCE} THEN (SELECT min(moment) || ${FIRST}::text FROM way)
      END AS next
    FROM (VALUES (1)) one LEFT JOIN found f ON true ORDER BY f.id DESC`;
  const found = rows.filter(isFound).map(({ next: _next, ...delivery }) => delivery);
  return toStep(found, { limit, next: rows[0]?.next ?? null });
};
