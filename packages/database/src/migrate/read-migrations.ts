import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList, SchemaFilter } from '@prisma/schema-engine-wasm/schema_engine_bg';

/** The `prisma` folder at the root of the project: three levels above this file, in source and in build alike. */
export const prismaDir = fileURLToPath(new URL('../../../../prisma', import.meta.url));
export const migrationsDir = join(prismaDir, 'migrations');

/** Default partitions are made by hand in the migrations; Prisma must not want to drop them. */
export const schemaFilter: SchemaFilter = {
  externalTables: ['public.events_default', 'public.deliveries_default', 'public.attempts_default'],
  externalEnums: [],
};

/** Names of all migrations in the folder, oldest first. */
export const listMigrationNames = async (folder = migrationsDir): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
};

/** All migrations in the form that the schema engine takes. */
export const readMigrations = async (folder = migrationsDir): Promise<MigrationList> => {
  const names = await listMigrationNames(folder);
  return {
    baseDir: folder,
    lockfile: {
      path: './migration_lock.toml',
      content: await readFile(join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (path) => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: await readFile(join(folder, path, 'migration.sql'), 'utf8') },
        },
      })),
    ),
  };
};

export const readSchema = (): Promise<string> => readFile(join(prismaDir, 'schema.prisma'), 'utf8');
