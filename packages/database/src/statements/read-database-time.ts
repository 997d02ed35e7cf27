import type { SqlRunner } from '../run-sql.ts';

/** The time of PostgreSQL, by which all schedules live: milliseconds since 1970. Reads no table. */
export const readDatabaseTime = async ({ direct }: { direct: SqlRunner }): Promise<number> => {
  const rows = await direct.$queryRawUnsafe<{ ms: number }[]>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  );
  return (rows[0] as { ms: number }).ms;
};
