import { connectDatabase, type Database } from './connect-database.ts';
import { assertMigrated } from './migrate/check-migrations.ts';

/**
 * Connects a service to its database, which must be up to date.
 * @throws Error that says what to run when it is behind, or why PostgreSQL cannot be reached.
 */
export const openDatabase = async (
  env: { DATABASE_URL: string; DATABASE_POOL_SIZE: number },
  service: string,
  onConnectionLost?: (error: Error) => void,
): Promise<Database> => {
  const database = connectDatabase({
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
