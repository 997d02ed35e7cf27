import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@posthorn/testing';
import { connectDatabase, type Database } from '../connect-database.ts';
import { applyMigrations } from './apply-migrations.ts';
import { assertMigrated, checkMigrations } from './check-migrations.ts';
import { listMigrationNames, migrationsDir } from './read-migrations.ts';
import { diffSchema } from './write-migration.ts';

let home: TestDatabase;
let database: Database;
let names: string[];

beforeEach(async () => {
  home = await createTestDatabase({ migrated: false });
  database = connectDatabase({ url: home.url, poolSize: 2, applicationName: 'migrations' });
  names = await listMigrationNames();
});

afterEach(async () => {
  await database.close();
  await home.drop();
});

describe('applying', () => {
  test('brings an empty database up to date, and has nothing to do the second time', async () => {
    expect(await applyMigrations(home.url)).toEqual(names);
    expect(await database.prisma.webhook.count()).toBe(0);
    expect(await applyMigrations(home.url)).toEqual([]);
    expect((await checkMigrations(database)).applied).toEqual(names);
  });

  test('from two places at once each migration is applied once', async () => {
    const both = await Promise.all([applyMigrations(home.url), applyMigrations(home.url)]);
    expect(both.flat().sort()).toEqual(names);
    const [row] = await database.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM _prisma_migrations`;
    expect(row?.count).toBe(names.length);
    expect(await checkMigrations(database)).toEqual({ applied: names, pending: [], unknown: [], failed: [] });
  });

  test('the day of the migration and those after it have their partitions', async () => {
    await applyMigrations(home.url);
    const rows = await database.prisma.$queryRaw<{ name: string }[]>`
      SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events'::regclass`;
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining([`events_${today}`, 'events_default']));
    expect(rows).toHaveLength(9);
  });
});

describe('the state of a database', () => {
  test('without tables everything is pending, and a service refuses it by name and command', async () => {
    expect(await checkMigrations(database)).toEqual({ applied: [], pending: names, unknown: [], failed: [] });
    await expect(assertMigrated(database)).rejects.toThrow(
      `The database is behind by ${names.length} migration(s): ${names.join(', ')}. Run \`npm run migrate\` (in the image: \`node packages/database/dist/migrate/main.js\`) and start again.`,
    );
  });

  test('up to date: a service starts', async () => {
    await applyMigrations(home.url);
    await assertMigrated(database);
  });

  test('of a newer version: what is unknown is told, and a service starts on it all the same', async () => {
    await applyMigrations(home.url);
    await database.prisma.$executeRaw`
      INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29991231_later', now())`;
    expect(await checkMigrations(database)).toEqual({
      applied: [...names, '29991231_later'],
      pending: [],
      unknown: ['29991231_later'],
      failed: [],
    });
    await assertMigrated(database);
  });

  test('with a migration that did not finish: a service refuses it', async () => {
    await applyMigrations(home.url);
    await database.prisma.$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL`;
    expect(await checkMigrations(database)).toEqual({ applied: [], pending: names, unknown: [], failed: names });
    await expect(assertMigrated(database)).rejects.toThrow(`The migration ${names.join(', ')} did not finish`);
    await database.prisma.$executeRaw`UPDATE _prisma_migrations SET rolled_back_at = now()`;
    expect(await checkMigrations(database)).toMatchObject({ pending: names, failed: [] });
  });
});

describe('the schema', () => {
  test('the committed migrations give exactly prisma/schema.prisma', async () => {
    expect(await diffSchema(home.url)).toBe('');
  });

  test('comparing leaves the database as it is and no scratch database behind', async () => {
    await diffSchema(home.url);
    expect((await checkMigrations(database)).applied).toEqual([]);
    const [row] = await database.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM pg_database WHERE datname LIKE 'posthorn_scratch_%'`;
    expect(row?.count).toBe(0);
  });

  test('no migration is empty', async () => {
    for (const name of names) {
      expect((await readFile(join(migrationsDir, name, 'migration.sql'), 'utf8')).trim()).not.toBe('');
    }
  });
});
