import type pg from 'pg';

/** Anything that runs SQL text: Prisma's client, a transaction of it, or the driver itself. */
export interface SqlRunner {
  /** Rows as objects. */
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T>;
  /** Gives the number of rows that were changed. */
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

/**
 * Runs statements over the pool that Prisma uses, without Prisma: for those of which there are thousands a second. What
 * Prisma adds to one (a plan of its own, rows turned into columns and back) costs more than the driver takes for all of it.
 */
export const createSqlRunner = (pool: pg.Pool, nameOf: (sql: string) => string): SqlRunner => {
  const run = (text: string, values: unknown[]): Promise<pg.QueryResult> =>
    pool.query({ name: nameOf(text), text, values });
  return {
    async $queryRawUnsafe<T>(sql: string, ...values: unknown[]) {
      return (await run(sql, values)).rows as T;
    },
    async $executeRawUnsafe(sql, ...values) {
      return (await run(sql, values)).rowCount ?? 0;
    },
  };
};
