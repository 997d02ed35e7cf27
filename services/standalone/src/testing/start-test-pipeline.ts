import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import { standaloneSettings } from '@posthorn/contracts';
import { connectDatabase, type Database } from '@posthorn/database';
import { withDialectSettings } from '@posthorn/dialects';
import { createLogger, parseConfig } from '@posthorn/runtime';
import { createTestDatabase, testQueueSettings } from '@posthorn/testing';
import { startStandalone } from '../app.ts';

/** The whole pipeline in this process, on a database and queue of its own. */
export interface TestPipeline {
  client: PosthornClient;
  adminToken: string;
  url: string;
  /** For looking at rows, and for what no API does. */
  database: Database;
  /** Environment with which a service can be started as a process beside this one. */
  env: Record<string, string>;
  /** One line of the log a unit of work. */
  logLines(): Record<string, unknown>[];
  close(): Promise<void>;
}

/**
 * Starts it; `overrides` are environment variables of the standalone service. `prepare` gets the database before anything
 * connects to it.
 */
export const startTestPipeline = async (
  overrides: Record<string, string> = {},
  prepare: (databaseUrl: string) => Promise<void> = () => Promise.resolve(),
): Promise<TestPipeline> => {
  const test = await createTestDatabase();
  await prepare(test.url);
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-pipeline-'));
  const token = `ph_test_${randomBytes(16).toString('hex')}`;
  const adminToken = `ph_admin_${randomBytes(16).toString('hex')}`;
  const env: Record<string, string> = {
    DATABASE_URL: test.url,
    DATABASE_POOL_SIZE: '10',
    POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    POSTHORN_TOKEN: token,
    POSTHORN_ADMIN_TOKEN: adminToken,
    POSTHORN_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
    HOST: '127.0.0.1',
    PORT: '0',
    NOTIFIER_INTERVAL_MS: '50',
    SCHEDULER_INTERVAL_MS: '50',
    LOG_LEVEL: 'info',
    // Every test sends from one address, wrong tokens among it; the limits have tests of their own.
    AUTH_FAILURES_PER_MINUTE: '0',
    API_CALLS_PER_MINUTE: '0',
    ...testQueueSettings(),
    ...overrides,
  };
  const lines: string[] = [];
  const logger = createLogger({
    service: 'test',
    level: env['LOG_LEVEL'] ?? 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const config = { ...parseConfig(withDialectSettings(standaloneSettings), env), mailDir: join(dir, 'mail') };
  const standalone = await startStandalone(config as Parameters<typeof startStandalone>[0], logger);
  const database = connectDatabase({ url: test.url, poolSize: 3, applicationName: 'test' });
  const url = `http://127.0.0.1:${standalone.port}`;
  return {
    client: createPosthornClient({ baseUrl: url, token }),
    adminToken,
    url,
    database,
    env,
    logLines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    async close() {
      await standalone.stop();
      await database.close();
      await test.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** What every test webhook has; a name of its own is not needed. */
export const webhookTo = (targetUrl: string, values: object = {}) => ({
  name: 'test',
  events: ['contact.*'],
  targetUrl,
  ...values,
});

export const contactEvent = (id: number) => ({ type: 'contact.created', data: { id } });
