import { connectSql, type DatabaseOptions, type SqlDatabase } from './connect-sql.ts';
import { assertMigrated } from './migrate/check-migrations.ts';

/** Settings of a service that are about its database. */
export interface DatabaseSettings {
  DATABASE_URL: string;
  DATABASE_POOL_SIZE: number;
}

/**
 * Connects a service to its database, which must be up to date.
 * @throws Error that says what to run when it is behind, or why PostgreSQL cannot be reached.
 */
export type OpenDatabase<T extends SqlDatabase> = (
  env: DatabaseSettings,
  service: string,
  onConnectionLost?: DatabaseOptions['onConnectionLost'],
) => Promise<T>;

export const openWith =
  <T extends SqlDatabase>(connect: (options: DatabaseOptions) => T): OpenDatabase<T> =>
  async (env, service, onConnectionLost) => {
    const database = connect({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      applicationName: `posthorn-${service}`,
      ...(onConnectionLost === undefined ? {} : { onConnectionLost }),
    });
    try {
      await assertMigrated(database);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  };

/** @see OpenDatabase */
export const openSql: OpenDatabase<SqlDatabase> = openWith(connectSql);
