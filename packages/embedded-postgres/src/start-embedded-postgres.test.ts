import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLatch } from '@posthorn/testing';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { startHolder } from './testing/start-holder.ts';

let dir: string;
let dataDir: string;
let opened: EmbeddedPostgres[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'posthorn-embedded-'));
  dataDir = join(dir, 'postgres');
  opened = [];
});

afterEach(async () => {
  for (const server of opened) await server.stop();
  await rm(dir, { recursive: true, force: true });
});

const start = async (settings: Record<string, string> = {}): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', ...settings } });
  opened.push(server);
  return server;
};

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
};

const IN_USE = /Another Posthorn is running on the data folder .*postgres: stop it, or set POSTHORN_DATA_DIR/;

describe('a folder', () => {
  test('is made at the first start, and has its data at the second', async () => {
    const first = await start();
    await first.ensureDatabase('my "own"');
    await first.ensureDatabase('my "own"');
    const url = first.url('my%20%22own%22');
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const second = await start();
    expect(await query(second.url('my%20%22own%22'), 'SELECT answer FROM kept')).toEqual([42]);
  });

  test('that was left half made is no obstacle', async () => {
    await mkdir(`${dataDir}.unfinished/base`, { recursive: true });
    await writeFile(`${dataDir}.unfinished/PG_VERSION`, '18\n');
    const server = await start();
    expect(await query(server.url('postgres'), 'SELECT 1')).toEqual([1]);
    expect(await readdir(dir)).toEqual(['postgres']);
  });

  test('is closed to other users, and so is its password; the password is asked for', async () => {
    const server = await start();
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
    expect((await stat(join(dataDir, 'posthorn-password'))).mode & 0o077).toBe(0);
    const password = await readFile(join(dataDir, 'posthorn-password'), 'utf8');
    expect(password).toMatch(/^[\w-]{32}$/);
    const url = server.url('postgres').replace(password, 'wrong');
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await query(server.url('postgres'), 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
  });
});

describe('a server', () => {
  test('has the settings it was given', async () => {
    const server = await start({ max_connections: '17' });
    expect(await query(server.url('postgres'), 'SHOW max_connections')).toEqual(['17']);
  });

  test('that cannot start says why', async () => {
    await expect(start({ max_connections: 'many' })).rejects.toThrow(/did not start on .*postgres.*max_connections/s);
    const server = await start();
    expect(await query(server.url('postgres'), 'SELECT 1')).toEqual([1]);
  });

  test('is stopped while clients are connected, and twice is as good as once', async () => {
    const server = await start();
    const errors = createLatch<Error>('errors');
    const client = new pg.Client({ connectionString: server.url('postgres') });
    client.on('error', (error) => errors.push(error));
    await client.connect();
    await server.stop();
    await errors.waitFor(1);
    await server.stop();
    await client.end();
  });
});

describe('two on one folder', () => {
  test('the second one in the same process is refused, and the first one goes on', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(IN_USE);
    expect(await query(first.url('postgres'), 'SELECT 1')).toEqual([1]);
  });

  test('one beside another process is refused; once that is killed its server is taken over, data and all', async () => {
    const holder = await startHolder(dataDir);
    try {
      await expect(start()).rejects.toThrow(IN_USE);
    } finally {
      await holder.kill();
    }
    const server = await start();
    expect(server.port).toBe(holder.port);
    expect(await query(server.url('postgres'), 'SELECT 1')).toEqual([1]);
    await server.stop();
    await expect(query(server.url('postgres'), 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
