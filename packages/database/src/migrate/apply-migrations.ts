import { asStartError } from '../explain-error.ts';
import { ensurePartitions } from '../partitions/ensure-partitions.ts';
import { connectDatabase } from '../connect-database.ts';
import { loadSchemaEngine } from './load-schema-engine.ts';
import { readMigrations, readSchema, schemaFilter } from './read-migrations.ts';

/**
 * Brings a database up to date and makes the partitions of the coming days. Safe to run at any time and from several
 * places at once: the engine takes a lock, and a second run applies nothing.
 * @param folder of the migrations; that of this version unless a test has another.
 * @returns names of the migrations that this run applied.
 * @throws StartError that says what to do when the database is away or refuses us.
 */
export const applyMigrations = (databaseUrl: string, folder?: string): Promise<string[]> =>
  apply(databaseUrl, folder).catch((error: unknown) => {
    throw asStartError(error, databaseUrl);
  });

const apply = async (databaseUrl: string, folder: string | undefined): Promise<string[]> => {
  const { engine, close } = await loadSchemaEngine(databaseUrl, await readSchema());
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await readMigrations(folder),
      filters: schemaFilter,
    });
    await makeFirstPartitions(databaseUrl);
    return appliedMigrationNames;
  } finally {
    await close();
  }
};

const makeFirstPartitions = async (databaseUrl: string): Promise<void> => {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1, applicationName: 'posthorn-migrate' });
  try {
    await ensurePartitions(database, { nowMs: Date.now(), daysAhead: 7 });
  } finally {
    await database.close();
  }
};
