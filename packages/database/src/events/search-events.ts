import { patternExpression, uuidBound } from '@posthorn/domain';
import { type Database, Prisma } from '../connect-database.ts';
import { ABOVE_ALL, type SearchBounds, type SearchStep, toStep } from '../search-step.ts';

/** An event with the beginning of its data. */
export interface EventSummaryRecord {
  /** UUID. */
  id: string;
  type: string;
  occurredAt: Date;
  idempotencyKey: string | null;
  dataPreview: string;
}

export interface EventSearch extends SearchBounds {
  /** A type, or a pattern. */
  type?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Text within the JSON of the data. */
  data?: string | undefined;
}

/** Rows that one statement looks at. Part of its text, so that the planner knows how few they are. */
const SEEN_AT_ONCE = 2000;
/**
 * Bytes of data, as they are stored, that one statement reads: at most some ten times as many when they are unpacked, which
 * is a tenth of a second.
 */
const BYTES_AT_ONCE = 4_000_000;
const PREVIEW_LENGTH = 200;

/** A character as JSON may have it when it was written for ASCII alone. */
const escapeCharacter = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** How a text may stand in JSON: as it is, with its quotes escaped, and with all that is not ASCII escaped. */
export const needlesOf = (text: string): string[] => {
  const escaped = JSON.stringify(text).slice(1, -1);
  return [...new Set([text, escaped, escaped.replaceAll(/[\u0080-\uffff]/g, escapeCharacter)])];
};

const filtersOf = ({ type, idempotencyKey, data }: EventSearch): Prisma.Sql[] => {
  const expression = type === undefined ? null : patternExpression(type);
  return [
    ...(expression === null ? [] : [Prisma.sql`s.type ~ ${expression}`]),
    ...(idempotencyKey === undefined ? [] : [Prisma.sql`s.idempotency_key = ${idempotencyKey}`]),
    ...(data === undefined
      ? []
      : [Prisma.sql`EXISTS (SELECT 1 FROM unnest(${needlesOf(data)}::text[]) n WHERE strpos(s.data::text, n) > 0)`]),
  ];
};

/** A row for each event that was found, or one of nulls; each says the same of the search. */
type Row = (EventSummaryRecord | { id: null }) & {
  /** The last event that was looked at. */
  last: string | null;
  /** There are none behind it. */
  ended: boolean;
};

const isFound = (row: Row): row is Row & EventSummaryRecord => row.id !== null;

/**
 * The next events of an account that match, newest first; one statement, which looks at 2,000 events at most, by
 * events_account_id_id_idx and with their rows, about 2 µs each, and at 4 MB of their data. Whoever calls asks again until
 * there is enough, or long enough was searched.
 *
 * Why an index of its own: the primary key alone would lead through what all accounts published, and somebody who looks for
 * the one event of a small account would have to look at the millions of a large one. An event is written once and never
 * changed, so the index costs one entry for each: 3 µs more than the 25 that accepting an event of 20 accounts by turns took,
 * and 70 bytes. Deliveries, which are changed, have none such: they are found by way of their events (`searchDeliveries`).
 */
export const searchEvents = async (
  { prisma }: Pick<Database, 'prisma'>,
  search: EventSearch,
): Promise<SearchStep<EventSummaryRecord>> => {
  const { accountId, belowId, sinceMs, untilMs, limit } = search;
  const filters = filtersOf(search);
  const wanted = limit + 1;
  const bounds = [
    Prisma.sql`account_id = ${accountId}::int AND id < ${belowId ?? ABOVE_ALL}::uuid`,
    ...(sinceMs === undefined ? [] : [Prisma.sql`id >= ${uuidBound(sinceMs)}::uuid`]),
    ...(untilMs === undefined ? [] : [Prisma.sql`id < ${uuidBound(untilMs)}::uuid`]),
  ];
  const most = filters.length === 0 ? Prisma.sql`${wanted}::int` : Prisma.raw(String(SEEN_AT_ONCE));
  const bytes =
    search.data === undefined ? Prisma.sql`0` : Prisma.sql`sum(pg_column_size(data)) OVER (ORDER BY id DESC)`;
  const rows = await prisma.$queryRaw<Row[]>`
    WITH newest AS MATERIALIZED (
      SELECT id, type, data, occurred_at, idempotency_key FROM events
      WHERE ${Prisma.join(bounds, ' AND ')} ORDER BY id DESC LIMIT ${most}
    ), weighed AS MATERIALIZED (
      SELECT *, ${bytes} AS bytes, row_number() OVER (ORDER BY id DESC) AS place FROM newest
    ), seen AS MATERIALIZED (
      SELECT * FROM weighed WHERE place = 1 OR bytes <= ${Prisma.raw(String(BYTES_AT_ONCE))}
    ), matching AS (
      SELECT id::text AS id, type, occurred_at AS "occurredAt", idempotency_key AS "idempotencyKey",
             left(data::text, ${Prisma.raw(String(PREVIEW_LENGTH))}) AS "dataPreview"
      FROM seen s ${filters.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(filters, ' AND ')}`}
      ORDER BY s.id DESC LIMIT ${wanted}::int
    )
    SELECT m.*, (SELECT id::text FROM seen ORDER BY place DESC LIMIT 1) AS last,
           (SELECT count(*) FROM seen) < ${most} AND (SELECT count(*) FROM newest) = (SELECT count(*) FROM seen) AS ended
    FROM (VALUES (1)) one LEFT JOIN matching m ON true ORDER BY m.id DESC`;
  const [first] = rows;
  const next = first === undefined || first.ended ? null : first.last;
  const found = rows.filter(isFound).map(({ last: _last, ended: _ended, ...event }) => event);
  return toStep(found, { limit, next });
};
