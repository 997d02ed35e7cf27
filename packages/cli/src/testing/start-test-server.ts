import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import {
  type CommandResult,
  createTestDatabase,
  POSTHORN_COMMAND,
  type RunningCommand,
  startCommand,
  startServiceProcess,
} from '@posthorn/testing';

export interface RunOptions {
  /** Written to standard input. */
  input?: string;
  /** On top of server, token and a home of the test's own; undefined takes one away. */
  env?: Record<string, string | undefined>;
}

/** A server as operators start it, and the command as people run it. */
export interface TestServer {
  url: string;
  token: string;
  adminToken: string;
  client: PosthornClient;
  /** A folder of the test's own; sign-ins are kept in `config` below it. */
  dir: string;
  /** Runs a command to its end, signed in by the environment. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  start(args: readonly string[], options?: RunOptions): RunningCommand;
  close(): Promise<void>;
}

export const startTestServer = async (): Promise<TestServer> => {
  const database = await createTestDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-cli-'));
  const [token, adminToken] = ['test', 'admin'].map((name) => `ph_${name}_${randomBytes(16).toString('hex')}`);
  const server = await startServiceProcess({
    name: 'standalone',
    env: {
      DATABASE_URL: database.url,
      POSTHORN_DATA_DIR: join(dir, 'data'),
      POSTHORN_TOKEN: token as string,
      POSTHORN_ADMIN_TOKEN: adminToken as string,
      POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
      SCHEDULER_INTERVAL_MS: '50',
      RETRY_DELAYS_SECONDS: '600',
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const environment = { POSTHORN_URL: url, POSTHORN_TOKEN: token, XDG_CONFIG_HOME: join(dir, 'config'), HOME: dir };
  const start = (args: readonly string[], { input, env = {} }: RunOptions = {}): RunningCommand =>
    startCommand({
      file: POSTHORN_COMMAND,
      args,
      env: { ...environment, ...env },
      ...(input === undefined ? {} : { input }),
    });
  return {
    url,
    token: token as string,
    adminToken: adminToken as string,
    client: createPosthornClient({ baseUrl: url, token: token as string }),
    dir,
    run: (args, options) => start(args, options).ended,
    start,
    async close() {
      await server.stop();
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** The one JSON document that a command has printed. */
export const documentOf = <T>({ stdout }: CommandResult): T => JSON.parse(stdout) as T;
