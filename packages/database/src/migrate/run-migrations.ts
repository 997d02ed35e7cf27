import { connectDatabase } from '../connect-database.ts';
import { applyMigrations } from './apply-migrations.ts';
import { checkMigrations } from './check-migrations.ts';

const countMigrations = (count: number): string => `${count} ${count === 1 ? 'migration' : 'migrations'}`;

const countApplied = async (databaseUrl: string): Promise<number> => {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1, applicationName: 'posthorn-migrate' });
  try {
    return (await checkMigrations(database)).applied.length;
  } finally {
    await database.close();
  }
};

/**
 * Applies what is pending.
 * @returns what was done, as lines for the person who asked for it.
 */
export const runMigrations = async (databaseUrl: string): Promise<string[]> => {
  const names = await applyMigrations(databaseUrl);
  const upToDate = `the database is up to date (${countMigrations(await countApplied(databaseUrl))})`;
  if (names.length === 0) return [`Nothing to apply: ${upToDate}.`];
  return [`Applied ${countMigrations(names.length)}:`, ...names.map((name) => `  ${name}`), `Now ${upToDate}.`];
};
