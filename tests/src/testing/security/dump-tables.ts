import type { Database } from '@posthorn/database';

/** Every row of every table as text, by the table's name: bytes in hexadecimal, JSON as it is. */
export const dumpTables = async ({ prisma }: Database): Promise<Map<string, string>> => {
  const tables = await prisma.$queryRaw<{ schema: string; name: string }[]>`
    SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`;
  const dumps = new Map<string, string>();
  for (const { schema, name } of tables) {
    const from = `"${schema.replaceAll('"', '""')}"."${name.replaceAll('"', '""')}"`;
    const rows = await prisma.$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS row FROM ${from} t`);
    dumps.set(name, rows.map(({ row }) => row).join('\n'));
  }
  return dumps;
};
