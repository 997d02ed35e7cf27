import { StartError } from '@posthorn/contracts';
import type { SqlDatabase } from '../connect-sql.ts';
import { listMigrationNames } from './read-migrations.ts';

export interface MigrationStatus {
  applied: string[];
  /** In the folder, not in the database. */
  pending: string[];
  /** In the database, not in the folder: the database belongs to a newer version, which is fine to run beside. */
  unknown: string[];
  /** Started and not finished: an operator must look. */
  failed: string[];
}

interface MigrationRow {
  name: string;
  finished: boolean;
}

const FIND_TABLE = `SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists`;

const LIST = `
SELECT migration_name AS name, finished_at IS NOT NULL AS finished
FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`;

const readApplied = async ({ direct }: Pick<SqlDatabase, 'direct'>): Promise<MigrationRow[]> => {
  const [table] = await direct.$queryRawUnsafe<{ exists: boolean }[]>(FIND_TABLE);
  return table?.exists === true ? direct.$queryRawUnsafe<MigrationRow[]>(LIST) : [];
};

/** Compares the database with the migrations folder. Reads only. */
export const checkMigrations = async (database: Pick<SqlDatabase, 'direct'>): Promise<MigrationStatus> => {
  const [names, rows] = await Promise.all([listMigrationNames(), readApplied(database)]);
  const applied = new Set(rows.filter((row) => row.finished).map((row) => row.name));
  return {
    applied: [...applied],
    pending: names.filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !names.includes(name)),
    failed: rows.filter((row) => !row.finished).map((row) => row.name),
  };
};

/**
 * Refuses a database that is behind: a service must not meet it with statements for tables that are not there.
 * @throws StartError that names the migrations and the command to run, or says why the database does not answer.
 */
export const assertMigrated = async (database: Pick<SqlDatabase, 'direct' | 'asStartError'>): Promise<void> => {
  const { pending, failed } = await checkMigrations(database).catch((error: unknown) => {
    throw database.asStartError(error);
  });
  if (failed.length > 0) {
    throw new StartError(`The migration ${failed.join(', ')} did not finish: see \`npm run migrate:status\`.`);
  }
  if (pending.length > 0) {
    throw new StartError(
      `The database is behind by ${pending.length} migration(s): ${pending.join(', ')}. Run \`npm run migrate\` (in the image: \`node packages/database/dist/migrate/main.js\`) and start again.`,
    );
  }
};
