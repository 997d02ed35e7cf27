import { uuidFloor } from '@posthorn/domain';
import type { Database } from './connect-database.ts';

/** Tables with one partition a day, by the time in their ids. */
export const PARTITIONED_TABLES = ['events', 'deliveries', 'attempts'] as const;

const DAY_MS = 86_400_000;

/** Two processes that make the same partitions do so one after the other. */
const PARTITION_LOCK = 7_032_002;

const partitionName = (table: string, dayMs: number): string =>
  `${table}_${new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;

const existingPartitions = async ({ prisma }: Database): Promise<Set<string>> => {
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    SELECT c.relname::text AS name FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relname IN ('events', 'deliveries', 'attempts')`;
  return new Set(rows.map((row) => row.name));
};

/**
 * Makes the partitions of today and the coming days unless they are there. Costs one catalog query when there is nothing
 * to do. A day whose rows already fell into the default partition is left there: they stay readable and in order.
 * @returns names of the partitions made.
 */
export const ensurePartitions = async (
  database: Database,
  { nowMs, daysAhead }: { nowMs: number; daysAhead: number },
): Promise<string[]> => {
  const existing = await existingPartitions(database);
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const made: string[] = [];
  for (let day = 0; day <= daysAhead; day += 1) {
    const dayMs = today + day * DAY_MS;
    for (const table of PARTITIONED_TABLES) {
      const name = partitionName(table, dayMs);
      if (existing.has(name)) continue;
      if (await makePartition(database, { table, name, dayMs })) made.push(name);
    }
  }
  return made;
};

const makePartition = (
  { prisma }: Database,
  { table, name, dayMs }: { table: string; name: string; dayMs: number },
): Promise<boolean> =>
  prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${PARTITION_LOCK}::bigint)`;
    const [from, to] = [uuidFloor(dayMs), uuidFloor(dayMs + DAY_MS)];
    const [state] = await tx.$queryRawUnsafe<{ exists: boolean; spilled: boolean }[]>(
      `SELECT to_regclass('public.${name}') IS NOT NULL AS exists,
              EXISTS (SELECT 1 FROM ${table}_default WHERE id >= '${from}' AND id < '${to}') AS spilled`,
    );
    if (state === undefined || state.exists || state.spilled) return false;
    await tx.$executeRawUnsafe(`CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`);
    return true;
  });
