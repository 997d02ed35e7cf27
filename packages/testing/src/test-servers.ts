import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueSettings } from '@posthorn/contracts';
import { applyMigrations } from '@posthorn/database';
import { startEmbeddedPostgres } from '@posthorn/embedded-postgres';
import pg from 'pg';
import { redisAt, startRedis } from './start-redis.ts';

/** Where global set-up leaves the addresses for the test files. */
const DATABASE_VARIABLE = 'POSTHORN_TEST_DATABASE_URL';
const REDIS_VARIABLE = 'POSTHORN_TEST_REDIS_URL';
const TEMPLATE = 'posthorn_template';

type QueueBackend = 'postgres' | 'redis';

/** The servers of a test run: one PostgreSQL with a migrated template database, and one Redis when asked for. */
export const startTestServers = async ({ redis }: { redis: boolean }): Promise<{ stop(): Promise<void> }> => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-test-'));
  // Durability costs time and protects nothing here: the folder is thrown away.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };
  const postgres = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), settings });
  await postgres.ensureDatabase(TEMPLATE);
  await applyMigrations(postgres.url(TEMPLATE));
  process.env[DATABASE_VARIABLE] = postgres.url('postgres');
  const redisServer = redis ? await startRedis() : null;
  if (redisServer !== null) process.env[REDIS_VARIABLE] = redisServer.url;
  return {
    async stop() {
      await redisServer?.close();
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests with \`npm test\`.`);
  return value;
};

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const onServer = async (sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: variable(DATABASE_VARIABLE) });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};

/** A migrated, empty database of the test's own: a clone of the template. `migrated: false` gives one without tables. */
export const createTestDatabase = async ({ migrated = true } = {}): Promise<TestDatabase> => {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name}${migrated ? ` TEMPLATE ${TEMPLATE}` : ''}`);
  const url = new URL(variable(DATABASE_VARIABLE));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    // FORCE would hide a pool that a test leaked: dropping fails while somebody is connected.
    drop: () => onServer(`DROP DATABASE ${name}`),
  };
};

/** The backend that this run of the file is about; set by the jest project. */
export const queueBackend = (): QueueBackend =>
  (globalThis as { POSTHORN_QUEUE_BACKEND?: QueueBackend }).POSTHORN_QUEUE_BACKEND ?? 'postgres';

/** Environment of a queue of the test's own, on the backend of this run. */
export const testQueueSettings = (): { REDIS_URL?: string; QUEUE_PREFIX: string } => {
  const prefix = { QUEUE_PREFIX: `t_${randomUUID().replaceAll('-', '').slice(0, 16)}` };
  return queueBackend() === 'redis' ? { ...prefix, REDIS_URL: variable(REDIS_VARIABLE) } : prefix;
};

/** The same in the words of the queues; `databaseUrl` is where they live when this run is about PostgreSQL. */
export const testQueues = (databaseUrl: string): QueueSettings => {
  const { REDIS_URL, QUEUE_PREFIX } = testQueueSettings();
  return {
    redis: REDIS_URL === undefined ? undefined : redisAt(REDIS_URL),
    databaseUrl,
    prefix: QUEUE_PREFIX,
    shards: 1,
  };
};
