import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import {
  createTestDatabase,
  type Mailbox,
  type ServiceProcess,
  startMailbox,
  startReceiver,
  startServiceProcess,
  type TestDatabase,
  testQueueSettings,
  waitUntil,
} from '@posthorn/testing';
import { contactEvent, webhookTo } from '../testing/start-test-pipeline.ts';

let testDatabase: TestDatabase;
let mailbox: Mailbox;
const services: ServiceProcess[] = [];
let client: PosthornClient;

const WORKERS = 4;

beforeAll(async () => {
  [testDatabase, mailbox] = await Promise.all([createTestDatabase(), startMailbox()]);
  const token = `ph_test_${randomBytes(16).toString('hex')}`;
  const env = {
    DATABASE_URL: testDatabase.url,
    DATABASE_POOL_SIZE: '5',
    POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    POSTHORN_ADMIN_TOKEN: `ph_admin_${randomBytes(16).toString('hex')}`,
    POSTHORN_TOKEN: token,
    POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
    SMTP_URL: mailbox.url,
    NOTIFIER_INTERVAL_MS: '50',
    SCHEDULER_INTERVAL_MS: '100',
    WORKER_WEBHOOK_SHARE: '1',
    ...testQueueSettings(),
  };
  const workers = Array.from({ length: WORKERS }, () => 'worker' as const);
  const names = ['api', 'ingest', 'notifier', 'notifier', 'scheduler', 'scheduler', ...workers] as const;
  await Promise.all(names.map(async (name) => services.push(await startServiceProcess({ name, env }))));
  const portOf = (name: string) => services.find((service) => service.name === name)?.port;
  client = createPosthornClient({
    baseUrl: `http://127.0.0.1:${portOf('api')}`,
    ingestUrl: `http://127.0.0.1:${portOf('ingest')}`,
    token,
  });
}, 180_000);

afterAll(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await mailbox.close();
  await waitUntil('the connections of the killed services are gone', () =>
    testDatabase.drop().then(
      () => true,
      () => false,
    ),
  );
});

describe('services as processes of their own', () => {
  test('200 failures at once from 4 workers on one webhook: one flip, one notice, one mail', async () => {
    let answer: () => void = () => {};
    const together = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const receiver = await startReceiver(async (_request, _response, nth) => {
      if (nth === 200) answer();
      await together;
      return { status: 500, body: 'all at once' };
    });
    const webhook = await client.webhooks.create(
      webhookTo(receiver.url, {
        errorsEmail: 'ops@example.com',
        tooManyErrors: { count: 20, forSeconds: 0 },
        retry: { delaysSeconds: [], jitter: 0 },
      }),
    );
    await Promise.all(Array.from({ length: 200 }, (_, id) => client.events.publish(contactEvent(id))));
    await receiver.waitFor(200);
    const off = await waitUntil('all failures are counted', async () => {
      const now = await client.webhooks.get(webhook.id);
      return now.consecutiveErrors === 200 ? now : null;
    });
    expect(off.state).toBe('TooManyErrors');
    await mailbox.waitFor(1);
    const workers = services.filter((service) => service.name === 'worker');
    expect(workers.every((worker) => worker.lines.some((line) => line['message'] === 'delivery.attempted'))).toBe(true);
    const flips = workers.flatMap((worker) =>
      worker.lines.filter((line) => line['message'] === 'webhook.switched_off'),
    );
    expect(flips).toHaveLength(1);
    const sent = () => services.flatMap((service) => service.lines.filter((line) => line['message'] === 'notice.sent'));
    await waitUntil('the notice is marked as sent', () => sent().length > 0);
    expect(sent()).toHaveLength(1);
    expect(mailbox.mails).toHaveLength(1);
    await client.webhooks.delete(webhook.id);
    await receiver.close();
  }, 120_000);

  test('every service says that it lives and what it needs', async () => {
    for (const service of services) {
      const health = await fetch(`http://127.0.0.1:${service.port}/healthz`);
      expect([service.name, health.status]).toEqual([service.name, 200]);
      const ready = await fetch(`http://127.0.0.1:${service.port}/readyz`);
      const report = (await ready.json()) as { status: string; checks: Record<string, string> };
      expect([service.name, ready.status, report.checks['database']]).toEqual([service.name, 200, 'ok']);
    }
  });

  test('SIGTERM lets each of them finish what it began and end with status 0', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const receiver = await startReceiver(async () => {
      await held;
      return { status: 204 };
    });
    const webhook = await client.webhooks.create(webhookTo(receiver.url));
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, id) => (await client.events.publish(contactEvent(id))).id),
    );
    await receiver.waitFor(40);
    const stopping = services.filter((service) => service.name === 'worker').map((worker) => worker.stop());
    release();
    expect(await Promise.all(stopping)).toEqual([0, 0, 0, 0]);
    for (const id of ids) expect((await client.events.get(id)).deliveries[0]?.status).toBe('succeeded');
    expect(receiver.requests).toHaveLength(40);
    const rest = services.filter((service) => service.name !== 'worker');
    await client.webhooks.delete(webhook.id);
    expect(await Promise.all(rest.map((service) => service.stop()))).toEqual([0, 0, 0, 0, 0, 0]);
    await receiver.close();
  });
});
