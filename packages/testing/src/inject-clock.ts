import pg from 'pg';

/** The time of one database: it stands still but for the test. Schedules live in the database, so they follow it. */
export interface TestClock {
  /** What `now()` says there. */
  now(): Promise<Date>;
  /** Moves it forward, for every statement that begins from then on. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts a `now()` of the test before PostgreSQL's own, by the search path of the database: connections made afterwards
 * live by it. Before the first of them is the time to call this.
 */
export const injectClock = async (databaseUrl: string): Promise<TestClock> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const database = new URL(databaseUrl).pathname.slice(1);
  await client.query(`
    CREATE SCHEMA clock;
    CREATE TABLE clock.hand AS SELECT date_trunc('milliseconds', pg_catalog.now()) AS at;
    CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE
      AS 'SELECT at FROM clock.hand';
    ALTER DATABASE ${database} SET search_path = clock, pg_catalog, public`);
  return {
    async now() {
      const { rows } = await client.query<{ now: Date }>('SELECT clock.now() AS now');
      return (rows[0] as { now: Date }).now;
    },
    async advance(seconds) {
      await client.query('UPDATE clock.hand SET at = at + make_interval(secs => $1)', [seconds]);
    },
    async close() {
      await client.end();
    },
  };
};
