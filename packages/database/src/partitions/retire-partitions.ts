import { uuidFloor } from '@posthorn/domain';
import type { Database, Prisma } from '../connect-database.ts';
import { withBriefLock } from './brief-lock.ts';
import {
  DAY_MS,
  listPartitions,
  PARTITIONED_TABLES,
  partitionDay,
  type PartitionedTable,
  partitionName,
  startOfDay,
} from './partition-names.ts';

/** What became of a day that is older than the retention. */
export type RetiredDay =
  | {
      kind: 'dropped';
      /** `20261121` */
      day: string;
      /** Deliveries that were held, and gone with it. */
      held: number;
      /** Deliveries that are pending still, and have moved to the default partition with their events. */
      moved: number;
    }
  /** Too many of its deliveries are pending to move them. */
  | { kind: 'kept'; day: string; pending: number }
  /** Others use a table all the time. */
  | { kind: 'busy'; day: string; table: PartitionedTable };

/** Rows that are moved while everybody else waits: about 20 µs each. */
const MAX_MOVED = 5000;

/** What is detached and not yet dropped is called so, and is dropped by whoever comes next. */
const RETIRED = 'retired_';

const daysBefore = (names: Map<PartitionedTable, string[]>, boundMs: number): number[] => {
  const days = [...names].flatMap(([table, own]) => own.map((name) => partitionDay(table, name)));
  const past = days.filter((day): day is number => day !== null && day < boundMs);
  return [...new Set(past)].toSorted((a, b) => a - b);
};

/** Its files are removed without a lock on the parent: that of a large partition takes a while. */
const dropRetired = async (database: Database): Promise<void> => {
  const rows = await database.prisma.$queryRaw<{ name: string }[]>`
    SELECT relname::text AS name FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname ~ ${`^${RETIRED}(${PARTITIONED_TABLES.join('|')})_[0-9]{8}$`}`;
  for (const { name } of rows) {
    await withBriefLock(database, [name], (tx) => tx.$executeRawUnsafe(`DROP TABLE IF EXISTS ${name}`));
  }
};

/** In the order of the parent, whatever the order in the partition. */
const columnsOf = async (tx: Prisma.TransactionClient, table: PartitionedTable): Promise<string> => {
  const [row] = await tx.$queryRaw<{ columns: string }[]>`
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped`;
  return row?.columns ?? '';
};

/**
 * Takes the partition of a day out of its table and puts the rows that are still needed back, which then fall into the
 * default partition, in one transaction. (DETACH … CONCURRENTLY is not for tables with a default partition.)
 * @param rows which rows are still needed, as a condition.
 */
const detach = (
  database: Database,
  { table, dayMs, rows }: { table: PartitionedTable; dayMs: number; rows: string },
) => {
  const name = partitionName(table, dayMs);
  return withBriefLock(database, [table, name, `${table}_default`], async (tx): Promise<number> => {
    const [state] = await tx.$queryRaw<{ attached: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(${name})) AS attached`;
    if (state?.attached !== true) return 0;
    await tx.$executeRawUnsafe(`ALTER TABLE ${table} DETACH PARTITION ${name}`);
    const columns = await columnsOf(tx, table);
    const moved = await tx.$executeRawUnsafe(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${name} WHERE ${rows}`,
    );
    await tx.$executeRawUnsafe(`ALTER TABLE ${name} RENAME TO ${RETIRED}${name}`);
    return moved;
  });
};

const rangeOf = (dayMs: number): [from: string, to: string] => [uuidFloor(dayMs), uuidFloor(dayMs + DAY_MS)];

/** Pending deliveries of a day, by deliveries_wake_at_idx of its partition; one more than may move says that they are too many. */
const countPending = async ({ prisma }: Database, dayMs: number): Promise<number> => {
  const [from, to] = rangeOf(dayMs);
  const [row] = await prisma.$queryRaw<{ pending: number }[]>`
    SELECT count(*)::int AS pending FROM (
      SELECT FROM deliveries
      WHERE id >= ${from}::uuid AND id < ${to}::uuid AND status = 'pending' LIMIT ${MAX_MOVED + 1}::int) found`;
  return row?.pending ?? 0;
};

/** Events of the deliveries that have moved. */
const findNeededEvents = async ({ prisma }: Database, dayMs: number): Promise<string[]> => {
  const [from, to] = rangeOf(dayMs);
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT event_id::text AS id FROM deliveries
    WHERE id >= ${from}::uuid AND id < ${to}::uuid AND status = 'pending'`;
  return rows.map(({ id }) => id);
};

/** Reads the deliveries of the day once. */
const countHeld = async ({ prisma }: Database, dayMs: number): Promise<number> => {
  const [from, to] = rangeOf(dayMs);
  const [row] = await prisma.$queryRaw<{ held: number }[]>`
    SELECT count(*)::int AS held FROM deliveries WHERE id >= ${from}::uuid AND id < ${to}::uuid AND status = 'held'`;
  return row?.held ?? 0;
};

/**
 * Deliveries go first: from then on nothing but those that have moved needs an event of the day, and a run that ends in
 * between is taken up by the next one.
 */
const retireDay = async (database: Database, dayMs: number): Promise<RetiredDay> => {
  const day = new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '');
  const pending = await countPending(database, dayMs);
  if (pending > MAX_MOVED) return { kind: 'kept', day, pending };
  const held = await countHeld(database, dayMs);
  const busy = (table: PartitionedTable): RetiredDay => ({ kind: 'busy', day, table });
  const deliveries = await detach(database, { table: 'deliveries', dayMs, rows: `status = 'pending'` });
  if (deliveries.kind === 'busy') return busy('deliveries');
  const ids = await findNeededEvents(database, dayMs);
  const events = await detach(database, { table: 'events', dayMs, rows: `id = ANY('{${ids.join(',')}}'::uuid[])` });
  if (events.kind === 'busy') return busy('events');
  const attempts = await detach(database, { table: 'attempts', dayMs, rows: 'false' });
  if (attempts.kind === 'busy') return busy('attempts');
  await dropRetired(database);
  return { kind: 'dropped', day, held, moved: deliveries.value };
};

/**
 * Drops the partitions of days that ended `retentionDays` or more before the day of `nowMs`, oldest first. A pending
 * delivery is not dropped with its day: it moves to the default partition, with its event, and goes on. A held one is: it
 * could be held for ever. An attempt goes with its own day. Doing it in two places at once does no harm.
 *
 * Costs one catalog query when there is nothing to do. Live traffic waits a fraction of a second at most, see
 * `withBriefLock`; after a day that is busy the rest is left for the next time.
 */
export const retirePartitions = async (
  database: Database,
  { nowMs, retentionDays }: { nowMs: number; retentionDays: number },
): Promise<RetiredDay[]> => {
  // What a process that died had detached.
  await dropRetired(database);
  const days = daysBefore(await listPartitions(database), startOfDay(nowMs) - retentionDays * DAY_MS);
  const results: RetiredDay[] = [];
  for (const dayMs of days) {
    const result = await retireDay(database, dayMs);
    results.push(result);
    if (result.kind === 'busy') break;
  }
  return results;
};
