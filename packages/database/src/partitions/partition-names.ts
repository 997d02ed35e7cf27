import type { Database } from '../connect-database.ts';

/** Tables with one partition a day, by the time in their ids. */
export const PARTITIONED_TABLES = ['events', 'deliveries', 'attempts'] as const;
export type PartitionedTable = (typeof PARTITIONED_TABLES)[number];

export const DAY_MS = 86_400_000;

/** The first millisecond of the day (UTC) of a time. */
export const startOfDay = (timeMs: number): number => Math.floor(timeMs / DAY_MS) * DAY_MS;

/** `events_20261121`: the partition of a day, given by any time in it. */
export const partitionName = (table: PartitionedTable, timeMs: number): string =>
  `${table}_${new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '')}`;

/** The day that a partition of ours is for; null for the default partition and for what somebody else has attached. */
export const partitionDay = (table: PartitionedTable, name: string): number | null => {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return Number.isFinite(dayMs) && partitionName(table, dayMs) === name ? dayMs : null;
};

/** Names of the partitions that are attached, by table. One query of the catalog. */
export const listPartitions = async ({ prisma }: Database): Promise<Map<PartitionedTable, string[]>> => {
  const rows = await prisma.$queryRaw<{ table: PartitionedTable; name: string }[]>`
    SELECT p.relname::text AS "table", c.relname::text AS name FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relname IN ('events', 'deliveries', 'attempts') ORDER BY c.relname`;
  const byTable = new Map(PARTITIONED_TABLES.map((table): [PartitionedTable, string[]] => [table, []]));
  for (const { table, name } of rows) byTable.get(table)?.push(name);
  return byTable;
};
