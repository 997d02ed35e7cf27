import { checkMigrations, type Database, readDatabaseTime, readServer } from '@posthorn/database';
import { CLOCK_TOLERANCE_MS } from '@posthorn/runtime';
import { type Check, failure, fine, warning } from './check.ts';

const SLOW_MS = 200;
const NEARLY_FULL = 0.9;
/** Far from what is refused, and more than clocks that are kept right differ by. */
const DRIFT_MS = 5000;

const IS_THERE =
  'See whether PostgreSQL runs, and whether DATABASE_URL is right: user, password, host, port and database.';

export const checkDatabase = (database: Database): Check => ({
  name: 'database',
  advice: IS_THERE,
  async run() {
    const { version, connections, maxConnections } = await readServer(database);
    const startedAt = performance.now();
    await database.ping();
    const tookMs = performance.now() - startedAt;
    const seen = `PostgreSQL ${version} answers in ${tookMs.toFixed(1)} ms; ${connections} of ${maxConnections} connections are open.`;
    if (connections > NEARLY_FULL * maxConnections) {
      return warning(seen, 'Raise max_connections of PostgreSQL, or lower DATABASE_POOL_SIZE of the services.');
    }
    return tookMs > SLOW_MS
      ? warning(seen, 'Every call waits for this: look at the load of PostgreSQL, and at the network between.')
      : fine(seen);
  },
});

export const checkSchema = (database: Database): Check => ({
  name: 'migrations',
  advice: IS_THERE,
  async run() {
    const { applied, pending, unknown, failed } = await checkMigrations(database);
    if (failed.length > 0) {
      return failure(
        `The migration ${failed.join(', ')} did not finish.`,
        'Run `npm run migrate:status` and read the comments in its migration.sql before you repair the database.',
      );
    }
    if (pending.length > 0) {
      return failure(
        `The database is behind by ${pending.length} migration(s): ${pending.join(', ')}.`,
        'Run `npm run migrate` (in the image: `node packages/database/dist/migrate/main.js`).',
      );
    }
    const newer = unknown.length > 0 ? ` ${unknown.length} more belong to a newer version, which is fine.` : '';
    return fine(`All ${applied.length - unknown.length} migrations are applied.${newer}`);
  },
});

export const checkClock = (database: Database): Check => ({
  name: 'clock',
  advice: IS_THERE,
  async run() {
    const before = Date.now();
    const time = await readDatabaseTime(database);
    const skewMs = (before + Date.now()) / 2 - time;
    const seen = `The clock here is ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} that of PostgreSQL.`;
    const advice = 'Keep the clocks of all machines right by NTP, that of PostgreSQL first.';
    if (Math.abs(skewMs) > CLOCK_TOLERANCE_MS)
      return failure(`${seen} Workers and schedulers like that take no work.`, advice);
    return Math.abs(skewMs) > DRIFT_MS ? warning(seen, advice) : fine(seen);
  },
});
