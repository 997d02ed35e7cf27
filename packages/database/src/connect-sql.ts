import { createHash } from 'node:crypto';
import pg from 'pg';
import { asStartError } from './explain-error.ts';
import { createSqlRunner, createTransactor, type SqlRunner } from './run-sql.ts';

/**
 * Access to PostgreSQL for one process, by statements. Workers and ingests, of which there are many, have no more than this:
 * Prisma's query compiler would take tens of megabytes of each. Close it last.
 */
export interface SqlDatabase {
  /** Statements of which there are thousands a second. */
  direct: SqlRunner;
  /** A transaction of such statements: committed when `work` resolves, rolled back when it rejects, with its reason. */
  transaction<T>(work: (sql: SqlRunner) => Promise<T>): Promise<T>;
  /** Resolves when PostgreSQL answers; rejects with the reason when it does not. */
  ping(): Promise<void>;
  /** Use of the pool now: `busy` connections run a query, `waiting` callers wait for one. */
  pool(): { size: number; idle: number; busy: number; waiting: number };
  /** An error of the first query in words for an operator: the database is away, or refuses us. */
  asStartError(error: unknown): unknown;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Most connections at the same time. */
  poolSize: number;
  /** Shown in pg_stat_activity, so that an operator sees which service holds a connection. */
  applicationName: string;
  /** Told of connections that break while idle; the pool replaces them by itself. */
  onConnectionLost?: (error: Error) => void;
}

/**
 * A plan is kept with its connection. One that was made while the partition of a new day was empty reads all of it, and goes on
 * to do so until the table is analysed, a minute of full load later: so whole tables are read only where there is no index.
 */
const prepareConnection = (client: pg.ClientBase): Promise<unknown> =>
  client.query('SET enable_seqscan = off; SET jit = off');

const names = new Map<string, string>();

/** Statements are few and fixed: named ones are parsed and planned once a connection, not at every call. */
export const createStatementName = (sql: string): string => {
  let name = names.get(sql);
  if (name === undefined) {
    name = `p_${createHash('sha256').update(sql).digest('base64url').slice(0, 20)}`;
    // Prisma's generated SQL varies with the filters asked for; the bound keeps that from growing without end.
    if (names.size < 1000) names.set(sql, name);
  }
  return name;
};

/** Connects lazily: the first query opens the first connection. */
export const openPool = (options: DatabaseOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // The pool waits for it before anybody gets the connection.
    onConnect: prepareConnection as (client: pg.ClientBase) => void,
  });
  pool.on('error', (error) => options.onConnectionLost?.(error));
  return pool;
};

export const sqlOver = (pool: pg.Pool, { url }: Pick<DatabaseOptions, 'url'>): SqlDatabase => ({
  direct: createSqlRunner(pool, createStatementName),
  transaction: createTransactor(pool, createStatementName),
  async ping() {
    await pool.query('SELECT 1');
  },
  pool: () => ({
    size: pool.options.max,
    idle: pool.idleCount,
    busy: pool.totalCount - pool.idleCount,
    waiting: pool.waitingCount,
  }),
  asStartError: (error) => asStartError(error, url),
  close: () => pool.end(),
});

/** @see SqlDatabase */
export const connectSql = (options: DatabaseOptions): SqlDatabase => sqlOver(openPool(options), options);
