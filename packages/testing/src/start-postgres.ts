import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@posthorn/embedded-postgres';
import pg from 'pg';
import type { TestDatabase } from './test-servers.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

/** A PostgreSQL of the test's own, durable as operators have it, which the test may end, kill and start again in its place. */
export interface TestPostgres {
  /** An empty database without tables. It goes with the server. */
  createDatabase(): Promise<TestDatabase>;
  /** A connection of a superuser to one of its databases, `postgres` unless named. */
  connect(database?: string): Promise<pg.Client>;
  /** Ends it in order (`pg_ctl stop -m fast`): clients are disconnected. */
  stop(): Promise<void>;
  /** Kills the server process (SIGKILL); what it was doing is undone or done again when it starts (crash recovery). */
  kill(): Promise<void>;
  start(): Promise<void>;
  /**
   * Fills the disk that its tables are on, to the last byte; the write-ahead log is elsewhere. Gives what makes room again.
   * Null where this machine does not let the tests mount a disk.
   */
  fillDisk: (() => Promise<() => Promise<void>>) | null;
  close(): Promise<void>;
}

const DISK_MB = 320;

/** A small disk in memory at this place. @returns whether there could be one: only root may. */
const mountDisk = (dir: string): Promise<boolean> =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', dir]).then(
    () => true,
    () => false,
  );

/** Writes until nothing more fits. */
const fill = async (path: string): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (const size of [1_048_576, 4096]) {
      const block = Buffer.alloc(size);
      // Bounded by the size of the disk: it ends with ENOSPC.
      for (let written = 0; written <= DISK_MB * 1_048_576; written += size) {
        const { bytesWritten } = await file.write(block).catch(() => ({ bytesWritten: 0 }));
        if (bytesWritten < size) break;
      }
    }
  } finally {
    await file.close();
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Starts one on a small disk of its own, where that can be had. */
export const startTestPostgres = async (settings: Record<string, string> = {}): Promise<TestPostgres> => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-postgres-'));
  // As root the server runs as another user, who has to pass.
  await chmod(dir, 0o711);
  const disk = join(dir, 'disk');
  await mkdir(disk);
  const mounted = await mountDisk(disk);
  const dataDir = join(disk, 'postgres');
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, settings });
  const { port } = server;
  const start = async (): Promise<void> => {
    // Right after a kill the processes of the old server are still going.
    server = await waitUntil('PostgreSQL starts', () =>
      startEmbeddedPostgres({ dataDir, settings, port }).catch(() => null),
    );
  };
  if (mounted) {
    await server.stop();
    const [inside, outside] = [join(dataDir, 'pg_wal'), join(dir, 'wal')];
    await run('cp', ['-a', inside, outside]);
    await rm(inside, { recursive: true });
    await symlink(outside, inside);
    await start();
  }
  const connect = async (database = 'postgres'): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: server.url(database) });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  return {
    async createDatabase() {
      const name = `t_${randomUUID().replaceAll('-', '')}`;
      await server.ensureDatabase(name);
      return { url: server.url(name), drop: () => Promise.resolve() };
    },
    connect,
    stop: () => server.stop(),
    async kill() {
      const pid = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await waitUntil('the server is gone', () => !isAlive(pid));
    },
    start,
    fillDisk: mounted
      ? async () => {
          const filler = join(disk, 'filler');
          await fill(filler);
          return () => rm(filler);
        }
      : null,
    async close() {
      await server.stop();
      if (mounted) await run('umount', [disk]);
      await rm(dir, { recursive: true, force: true });
    },
  };
};
