import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, connectDatabase, ensurePartitions } from '@posthorn/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@posthorn/embedded-postgres';
import { startRedis, type TestRedis } from '@posthorn/testing';
import pg from 'pg';

/** What an operator of such a machine would raise. Durability (fsync, synchronous_commit, full_page_writes) is as it comes. */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};

const TEMPLATE = 'posthorn_template';

/** Something that must be ended even when a scenario fails half way. */
interface Stoppable {
  stop(): Promise<unknown>;
}

/** The servers that all scenarios of a run use, one after the other. */
export interface Rig {
  /** Temporary; holds data and logs, and is removed at the end. */
  dir: string;
  redis: TestRedis;
  /** Folder for profiles of what runs now; null when nobody asked for any. */
  profileDir: string | null;
  /** The browser of this machine; null when there is none. */
  chromium: string | null;
  /** Runs one statement on a database (by its URL) or on the server. */
  query<T extends pg.QueryResultRow>(sql: string, url?: string): Promise<T[]>;
  /** A database with Posthorn's tables and today's partitions, and nothing in them. */
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** Empties Redis, and lets PostgreSQL write out what earlier runs left, so that nobody pays for another's work. */
  settle(): Promise<void>;
  /** Has it ended with the rig at the latest. */
  keep<T extends Stoppable>(started: T): T;
  /** What several scenarios share: made when the first of them asks. */
  share<T>(name: string, make: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const createTemplate = async (postgres: EmbeddedPostgres): Promise<void> => {
  await postgres.ensureDatabase(TEMPLATE);
  const url = postgres.url(TEMPLATE);
  await applyMigrations(url);
  const database = connectDatabase({ url, poolSize: 2, applicationName: 'benchmarks' });
  await ensurePartitions(database, { nowMs: Date.now(), daysAhead: 1 });
  await database.close();
};

const queryAt = async <T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** @throws Error in words for an operator when there is no redis-server, or PostgreSQL does not start. */
export const startRig = async ({ profileDir, chromium }: Pick<Rig, 'profileDir' | 'chromium'>): Promise<Rig> => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-bench-'));
  await chmod(dir, 0o755);
  const started = new Set<Stoppable>();
  const shared = new Map<string, Promise<unknown>>();
  const close = async (): Promise<void> => {
    // The last one first: services before the servers that they use.
    for (const one of [...started].reverse()) await one.stop().catch(() => {});
    started.clear();
    await rm(dir, { recursive: true, force: true });
  };
  const keep = <T extends Stoppable>(one: T): T => {
    started.add(one);
    return one;
  };
  try {
    const dataDir = join(dir, 'postgres');
    const postgres = keep(await startEmbeddedPostgres({ dataDir, settings: POSTGRES_SETTINGS }));
    const redis = await startRedis();
    keep({ stop: redis.close });
    await createTemplate(postgres);
    const server = postgres.url('postgres');
    return {
      dir,
      redis,
      profileDir,
      chromium,
      query: (sql, url = server) => queryAt(url, sql),
      async createDatabase() {
        const name = `bench_${randomBytes(6).toString('hex')}`;
        await queryAt(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
        return postgres.url(name);
      },
      async dropDatabase(url) {
        await queryAt(server, `DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
      },
      async settle() {
        await redis.flush();
        await queryAt(server, 'CHECKPOINT');
      },
      keep,
      share<T>(name: string, make: () => Promise<T>) {
        const made = (shared.get(name) as Promise<T> | undefined) ?? make();
        shared.set(name, made);
        return made;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
