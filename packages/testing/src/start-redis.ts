import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisPlace } from '@posthorn/contracts';
import { waitUntil } from './wait-until.ts';

/** A Redis of the tests' own, which they may stop, empty and start again on the same port. */
export interface TestRedis {
  url: string;
  /** Empties it (FLUSHALL), while clients stay connected. */
  flush(): Promise<void>;
  /** Ends the server; nothing is saved. */
  stop(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** One Redis without TLS, in the words of the queues. */
export const redisAt = (url: string): RedisPlace => ({ kind: 'standalone', url, tls: null });

/** The Redis or Valkey server program on this machine; null when there is none. */
export const findRedisServer = (): string | null => {
  for (const name of ['redis-server', 'valkey-server']) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // Not there: the next one.
    }
  }
  return null;
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Sends one inline command; the first line of the answer. */
const command = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\n`));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().trimEnd());
    });
    socket.once('error', reject);
  });

const answers = (port: number): Promise<boolean> =>
  command(port, 'PING').then(
    (answer) => answer === '+PONG',
    () => false,
  );

export const startRedis = async (): Promise<TestRedis> => {
  const program = findRedisServer();
  if (program === null)
    throw new Error('There is no redis-server on this machine (Debian: apt-get install redis-server).');
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
  let child: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = spawn(program, [...args, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
      await waitUntil('redis-server answers', () => answers(port));
    },
    async flush() {
      const answer = await command(port, 'FLUSHALL');
      if (answer !== '+OK') throw new Error(`FLUSHALL answered ${answer}`);
    },
    async stop() {
      const running = child;
      child = undefined;
      if (running === undefined) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGKILL');
      await ended;
    },
    async close() {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
};
