import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { loadSchemaEngine } from './load-schema-engine.ts';
import { migrationsDir, prismaDir, readMigrations, readSchema, schemaFilter } from './read-migrations.ts';

/** The SQL that leads from a database with all migrations to `schema.prisma`; empty when there is nothing to do. */
const diffAgainst = async (scratchUrl: string): Promise<string> => {
  const schema = await readSchema();
  const files = [{ path: join(prismaDir, 'schema.prisma'), content: schema }];
  const { engine, close } = await loadSchemaEngine(scratchUrl, schema);
  try {
    await engine.applyMigrations({ migrationsList: await readMigrations(), filters: schemaFilter });
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: prismaDir },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: schemaFilter,
    });
    const sql = stdout?.trim() ?? '';
    return sql.startsWith('-- This is an empty migration') ? '' : sql;
  } finally {
    await close();
  }
};

/**
 * Computes the migration that `schema.prisma` needs beyond the folder. Works on a scratch database on the server of
 * `databaseUrl`, which is dropped again; the database itself is not touched.
 * @returns the SQL; empty when the migrations already give the schema.
 */
export const diffSchema = async (databaseUrl: string): Promise<string> => {
  const scratch = `posthorn_scratch_${process.pid}_${Date.now()}`;
  const scratchUrl = new URL(databaseUrl);
  scratchUrl.pathname = `/${scratch}`;
  const server = new pg.Client({ connectionString: databaseUrl });
  await server.connect();
  try {
    await server.query(`CREATE DATABASE ${scratch}`);
    return await diffAgainst(scratchUrl.href);
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${scratch} WITH (FORCE)`);
    await server.end();
  }
};

/**
 * Writes the SQL that leads from the migrations to `schema.prisma` into a new migration folder.
 * @returns the path of the new file, or null when the schema has not changed.
 */
export const writeMigration = async (databaseUrl: string, name: string): Promise<string | null> => {
  const sql = await diffSchema(databaseUrl);
  if (sql === '') return null;
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const dir = join(migrationsDir, `${stamp}_${name}`);
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'migration.sql');
  await writeFile(file, `${sql}\n`);
  return file;
};
