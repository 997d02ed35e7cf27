import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { findBinaries, type PostgresBinaries } from './find-binaries.ts';
import { findServerUser, letReach, runProgram, type ServerUser } from './run-program.ts';

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made when missing, kept for the next start. */
  dataDir: string;
  /** Server settings, as in postgresql.conf. */
  settings?: Record<string, string>;
  /** Port of a server that has to be started; a free one without it. */
  port?: number | undefined;
}

export interface EmbeddedPostgres {
  port: number;
  /** Connection URL of one of its databases. */
  url(database: string): string;
  /** Makes the database unless it is there. */
  ensureDatabase(database: string): Promise<void>;
  /** Stops the server: clients are disconnected, everything committed is on disk. */
  stop(): Promise<void>;
}

/** Held by the process that uses the cluster, so that a second one on the same folder is told so. */
const USE_LOCK = 7_032_001;

interface Cluster {
  dataDir: string;
  binaries: PostgresBinaries;
  user: ServerUser | undefined;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** As root the server runs as another user, who must be able to pass through the folder around its own, not to list it. */
const letPass = async (dir: string): Promise<void> => {
  const { mode } = await stat(dir);
  if ((mode & 0o001) === 0) await chmod(dir, (mode & 0o7777) | 0o011);
};

const freePort = (): Promise<number> =>
  new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolvePort(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Makes the cluster beside its place and moves it there when it is complete: a killed first start leaves no half of one. */
const initialise = async ({ dataDir, binaries, user }: Cluster): Promise<void> => {
  const unfinished = `${dataDir}.unfinished`;
  const passwordFile = join(tmpdir(), `posthorn-${randomBytes(8).toString('hex')}`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) {
    await chown(unfinished, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const args = [`--pgdata=${unfinished}`, '--username=posthorn', `--pwfile=${passwordFile}`];
    const { code, output } = await runProgram(
      binaries.initdb,
      [...args, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'],
      user,
    );
    if (code !== 0) {
      const hint = user === undefined ? '' : ' (as root it runs as another user, who must be able to reach the folder)';
      throw new Error(`PostgreSQL could not make its data folder ${dataDir}${hint}:\n${output}`);
    }
    await writeFile(join(unfinished, 'posthorn-password'), password, { mode: 0o600 });
    await rename(unfinished, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
};

/** The port of the server that runs on this folder; null when none does. */
const runningPort = async ({ dataDir, binaries, user }: Cluster): Promise<number | null> => {
  const { code } = await runProgram(binaries.pg_ctl, ['status', '-D', dataDir], user);
  if (code !== 0) return null;
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(lines[3]);
};

/** What a server that has to be started is started with. */
type ServerOptions = Pick<EmbeddedPostgresOptions, 'settings' | 'port'>;

const startServer = async (cluster: Cluster, { settings, port: wanted }: ServerOptions): Promise<number> => {
  const port = wanted ?? (await freePort());
  const all: Record<string, string> = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  const log = join(cluster.dataDir, 'server.log');
  // pg_ctl gives the server a session of its own: Ctrl-C in the terminal reaches us alone, and we stop it last.
  const { code, output } = await runProgram(
    cluster.binaries.pg_ctl,
    ['start', '-w', '-t', '60', '-s', '-D', cluster.dataDir, '-l', log, '-o', `-p ${port} ${flags.join(' ')}`],
    cluster.user,
  );
  if (code === 0) return port;
  const tail = await readTail(log);
  throw new Error(`PostgreSQL did not start on ${cluster.dataDir}: ${output}\n${tail}`);
};

const readTail = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(-15).join('\n');
};

/** A start right after `kill` meets the one before it while that still stops: no reason to refuse. */
const USE_WAIT_MS = 3000;
const USE_RETRY_MS = 100;

interface Claim {
  url(database: string): string;
  port: number;
  /** Its session holds the lock. */
  holder: pg.Client;
}

/** Makes sure that a server runs, and takes the lock of its one user. Null when another process has it. */
const tryClaim = async (cluster: Cluster, server: ServerOptions): Promise<Claim | null> => {
  const password = await readFile(join(cluster.dataDir, 'posthorn-password'), 'utf8');
  const running = await runningPort(cluster);
  const port = running ?? (await startServer(cluster, server));
  const url = (database: string) => `postgresql://posthorn:${password}@127.0.0.1:${port}/${database}`;
  const holder = new pg.Client({ connectionString: url('postgres') });
  // The server going away is noticed by whoever uses it; the holder itself has nothing to do then.
  holder.on('error', () => {});
  try {
    await holder.connect();
    const { rows } = await holder.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [USE_LOCK]);
    if (rows[0]?.held === true) return { url, port, holder };
  } catch (error) {
    // One that was running may just be stopping; one that we started has no such excuse.
    if (running === null) throw error;
  }
  await holder.end().catch(() => {});
  return null;
};

const claim = async (cluster: Cluster, server: ServerOptions): Promise<Claim> => {
  const giveUpAt = performance.now() + USE_WAIT_MS;
  for (;;) {
    const claimed = await tryClaim(cluster, server);
    if (claimed !== null) return claimed;
    if (performance.now() >= giveUpAt) {
      throw new Error(
        `Another Posthorn is running on the data folder ${cluster.dataDir}: stop it, or set POSTHORN_DATA_DIR to another folder.`,
      );
    }
    await new Promise((resolveWait) => setTimeout(resolveWait, USE_RETRY_MS));
  }
};

/**
 * Starts a real PostgreSQL on a folder of its own, on a free port of the loopback address. A server that a killed
 * process left running on the folder is taken over.
 * @throws Error in words for an operator: another process uses the folder, the folder cannot be reached, no binaries.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  const rootUser = await findServerUser();
  await mkdir(dirname(dataDir), { recursive: true });
  if (rootUser !== undefined) await letPass(dirname(dataDir));
  const user = rootUser === undefined ? undefined : await letReach(rootUser, [binaries.postgres, dirname(dataDir)]);
  const cluster: Cluster = { dataDir, binaries, user };
  if (!(await exists(dataDir))) await initialise(cluster);
  const { port, url, holder } = await claim(cluster, options);

  return {
    port,
    url,
    async ensureDatabase(database) {
      const found = await holder.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (found.rowCount === 0) await holder.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
    },
    async stop() {
      await holder.end().catch(() => {});
      await runProgram(cluster.binaries.pg_ctl, ['stop', '-w', '-m', 'fast', '-s', '-D', dataDir], cluster.user);
    },
  };
};
