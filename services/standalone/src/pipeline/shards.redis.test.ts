import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import { standaloneSettings } from '@posthorn/contracts';
import { connectDatabase } from '@posthorn/database';
import { withDialectSettings } from '@posthorn/dialects';
import { createLogger, parseConfig } from '@posthorn/runtime';
import {
  createTestDatabase,
  type ReceivedRequest,
  startReceiver,
  startRedis,
  startRedisCluster,
  type TestDatabase,
  waitUntil,
} from '@posthorn/testing';
import { type Standalone, startStandalone } from '../app.ts';
import { contactEvent, webhookTo } from '../testing/start-test-pipeline.ts';

const WEBHOOKS = 6;
const LEASE_SECONDS = 1;

/** A process of some version of the settings, and a client that publishes through it. */
interface Generation {
  standalone: Standalone;
  client: PosthornClient;
}

let testDatabase: TestDatabase;
let dir: string;
let env: Record<string, string>;
const running = new Set<Standalone>();

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), 'posthorn-shards-'));
  env = {
    DATABASE_URL: testDatabase.url,
    DATABASE_POOL_SIZE: '8',
    POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    POSTHORN_TOKEN: `ph_test_${randomBytes(16).toString('hex')}`,
    POSTHORN_ADMIN_TOKEN: `ph_admin_${randomBytes(16).toString('hex')}`,
    HOST: '127.0.0.1',
    PORT: '0',
    SCHEDULER_INTERVAL_MS: '50',
    // Shorter than jobs wait: the scheduler enqueues again what is in a queue all the time.
    QUEUE_LEASE_SECONDS: String(LEASE_SECONDS),
    WORKER_CONCURRENCY: '6',
    WORKER_RETRY_CONCURRENCY: '6',
    WORKER_WEBHOOK_SHARE: '1',
  };
});
afterEach(async () => {
  for (const standalone of running) await standalone.stop();
  running.clear();
  await testDatabase.drop();
  await rm(dir, { recursive: true, force: true });
});

const startGeneration = async (shards: number): Promise<Generation> => {
  const own = { ...env, DELIVERY_SHARDS: String(shards) };
  const config = { ...parseConfig(withDialectSettings(standaloneSettings), own), mailDir: join(dir, 'mail') };
  const logger = createLogger({ service: 'test', level: 'silent' });
  const standalone = await startStandalone(config as Parameters<typeof startStandalone>[0], logger);
  running.add(standalone);
  const baseUrl = `http://127.0.0.1:${standalone.port}`;
  return { standalone, client: createPosthornClient({ baseUrl, token: env['POSTHORN_TOKEN'] ?? '' }) };
};

const stop = async ({ standalone }: Generation): Promise<void> => {
  running.delete(standalone);
  await standalone.stop();
};

const idOf = (request: ReceivedRequest): number => (JSON.parse(request.body) as { data: { id: number } }).data.id;

/** Every third event fails once at each webhook, and is tried again a second later. */
const failsOnce = (id: number): boolean => id % 3 === 0;

const startReceiverThatFailsOnce = () => {
  const failed = new Set<string>();
  return startReceiver(async (request) => {
    // A receiver that takes its time, so that jobs wait.
    await new Promise((resolve) => setTimeout(resolve, 25));
    const key = `${request.path} ${idOf(request)}`;
    if (!failsOnce(idOf(request)) || failed.has(key)) return { status: 204 };
    failed.add(key);
    return { status: 503 };
  });
};

describe.each([
  [
    'on one Redis',
    async () => {
      const redis = await startRedis();
      return { settings: { REDIS_URL: redis.url }, close: () => redis.close() };
    },
  ],
  [
    'on a Cluster',
    async () => {
      const cluster = await startRedisCluster();
      const nodes = cluster.primaries.map(({ port }) => `127.0.0.1:${port}`).join(',');
      return { settings: { REDIS_CLUSTER: nodes }, close: () => cluster.close() };
    },
  ],
])('%s', (_name, startPlace) => {
  test('from 1 to 4 to 2 shards by rolling restarts, under load: each delivery is made as often as it should', async () => {
    const place = await startPlace();
    Object.assign(env, place.settings);
    const receiver = await startReceiverThatFailsOnce();
    const database = connectDatabase({ url: testDatabase.url, poolSize: 2, applicationName: 'test' });
    let published = 0;
    const publish = async ({ client }: Generation, count: number): Promise<void> => {
      const ids = Array.from({ length: count }, () => published++);
      await Promise.all(ids.map((id) => client.events.publish(contactEvent(id))));
    };
    const pending = () => database.prisma.delivery.count({ where: { status: 'pending' } });

    const first = await startGeneration(1);
    for (let nth = 0; nth < WEBHOOKS; nth += 1) {
      const retry = { delaysSeconds: [1, 1], jitter: 0 };
      await first.client.webhooks.create(webhookTo(`${receiver.url}/${nth}`, { retry }));
    }
    await publish(first, 40);
    await receiver.waitFor(60);
    expect(await pending()).toBeGreaterThan(50);

    const second = await startGeneration(4);
    await Promise.all([publish(first, 20), publish(second, 40)]);
    await receiver.waitFor(160);
    expect(await pending()).toBeGreaterThan(50);
    await stop(first);
    await publish(second, 20);

    const third = await startGeneration(2);
    await Promise.all([publish(second, 20), publish(third, 20)]);
    expect(await pending()).toBeGreaterThan(50);
    await stop(second);
    await publish(third, 20);

    await waitUntil('all deliveries are settled', async () => (await pending()) === 0, { timeoutMs: 90_000 });
    const rows = await database.prisma.delivery.groupBy({ by: ['status', 'shard'], _count: true });
    expect(rows.map(({ status }) => status).every((status) => status === 'succeeded')).toBe(true);
    expect(rows.map(({ shard }) => shard).toSorted()).toEqual([0, 1, 2, 3]);

    const times = new Map<string, number>();
    for (const request of receiver.requests) {
      const key = `${request.path} ${idOf(request)}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    const expected = new Map<string, number>();
    for (let nth = 0; nth < WEBHOOKS; nth += 1) {
      for (let id = 0; id < published; id += 1) expected.set(`/${nth} ${id}`, failsOnce(id) ? 2 : 1);
    }
    expect([...times].toSorted()).toEqual([...expected].toSorted());
    await stop(third);
    await database.close();
    await receiver.close();
    await place.close();
  }, 120_000);
});
