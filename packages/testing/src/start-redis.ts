import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisPlace } from '@posthorn/contracts';
import { createRedisProcess, FORGETFUL, freePorts, type RedisProcess, tlsArgs, type TlsFiles } from './run-redis.ts';

/** A Redis of the tests' own, which they may stop, empty and start again on the same port. */
export interface TestRedis extends RedisProcess {
  url: string;
  /** The port for TLS, when asked for. */
  tlsPort: number;
  /** Empties it (FLUSHALL), while clients stay connected. */
  flush(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** One Redis without TLS, in the words of the queues. */
export const redisAt = (url: string): RedisPlace => ({ kind: 'standalone', url, tls: null });

/** Starts one; with `tls` it has a port for that too, with `password` it asks for it. */
export const startRedis = async ({
  tls,
  password,
  args = FORGETFUL,
}: {
  tls?: TlsFiles & { authClients?: boolean };
  password?: string;
  /** Of the program, beside those for its place. */
  args?: readonly string[];
} = {}): Promise<TestRedis> => {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-redis-'));
  const secure = tls === undefined ? [] : tlsArgs(tls, { ...tls, port: tlsPort });
  const secret = password === undefined ? [] : ['--requirepass', password];
  const server = createRedisProcess({ port, dir, args: [...args, ...secure, ...secret], password });
  await server.start();
  return {
    ...server,
    url: `redis://127.0.0.1:${port}`,
    tlsPort,
    async flush() {
      const answer = await server.command('FLUSHALL');
      if (answer !== '+OK') throw new Error(`FLUSHALL answered ${answer}`);
    },
    async close() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
