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
export const createSqlRunner = (source: pg.Pool | pg.PoolClient, nameOf: (sql: string) => string): SqlRunner => {
  const run = (text: string, values: unknown[]): Promise<pg.QueryResult> =>
    source.query({ name: nameOf(text), text, values });
  return {
    async $queryRawUnsafe<T>(sql: string, ...values: unknown[]) {
      return (await run(sql, values)).rows as T;
    },
    async $executeRawUnsafe(sql, ...values) {
      return (await run(sql, values)).rowCount ?? 0;
    },
  };
};

/**
 * Runs statements in one transaction: committed when `work` resolves, rolled back when it rejects, with its reason. For those
 * that a worker makes while receivers fail, thousands of attempts a minute; one of Prisma's costs several times as much.
 */
export const createTransactor =
  (pool: pg.Pool, nameOf: (sql: string) => string) =>
  async <T>(work: (sql: SqlRunner) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    // A connection may break between two statements; the next one then rejects, with the reason.
    const ignore = (): void => {};
    client.on('error', ignore);
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(createSqlRunner(client, nameOf));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((reason: Error) => {
        broken = reason;
      });
      throw error;
    } finally {
      client.off('error', ignore);
      // One that could not roll back is closed: what it has begun must not become part of what comes next.
      client.release(broken);
    }
  };
