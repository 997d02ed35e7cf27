import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { listMetrics } from '@posthorn/runtime';
import {
  createTestDatabase,
  type ServiceName,
  type ServiceProcess,
  startMailbox,
  startReceiver,
  startServiceProcess,
  type TestDatabase,
  testQueueSettings,
  waitUntil,
} from '@posthorn/testing';
import { readScrape, type Scrape, valueOf } from '../testing/read-scrape.ts';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

describe('the metrics of the whole pipeline', () => {
  let pipeline: TestPipeline;
  beforeAll(async () => {
    pipeline = await startTestPipeline({ WORKER_CONCURRENCY: '7' });
  });
  afterAll(() => pipeline.close());

  const scrape = async (): Promise<Scrape> => readScrape(await (await fetch(`${pipeline.url}/metrics`)).text());

  const until = (what: string, isThere: (metrics: Scrape) => boolean): Promise<Scrape> =>
    waitUntil(what, async () => {
      const metrics = await scrape();
      return isThere(metrics) ? metrics : null;
    });

  test('count an event from the publisher to the receiver', async () => {
    const receiver = await startReceiver();
    const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url));
    await pipeline.client.events.publish({ ...contactEvent(1), idempotencyKey: 'a' });
    await pipeline.client.events.publish({ ...contactEvent(1), idempotencyKey: 'a' });
    const metrics = await until('the delivery is settled', (now) =>
      Boolean(valueOf(now, 'posthorn_deliveries_settled_total', { status: 'succeeded' })),
    );
    const shown = (name: string, labels = {}) => valueOf(metrics, name, labels);
    expect(shown('posthorn_events_accepted_total')).toBe(1);
    expect(shown('posthorn_events_repeated_total')).toBe(1);
    expect(shown('posthorn_accept_duration_seconds_count')).toBe(2);
    expect(shown('posthorn_accept_batch_events_sum')).toBe(2);
    expect(shown('posthorn_deliveries_created_total', { status: 'pending' })).toBe(1);
    expect(shown('posthorn_attempts_total', { lane: 'first', outcome: 'succeeded', error: 'none' })).toBe(1);
    expect(shown('posthorn_attempt_duration_seconds_count', { outcome: 'succeeded' })).toBe(1);
    expect(shown('posthorn_first_attempt_delay_seconds_count')).toBe(1);
    expect(shown('posthorn_record_batch_attempts_sum')).toBe(1);
    expect(shown('posthorn_load_batch_deliveries_sum')).toBe(1);
    expect(shown('posthorn_attempt_slots', { lane: 'first' })).toBe(7);
    expect(shown('posthorn_http_requests_total', { method: 'POST', route: '/v1/events', status: '202' })).toBe(2);
    expect(shown('posthorn_http_requests_total', { method: 'POST', route: '/v1/webhooks', status: '201' })).toBe(1);
    expect(shown('posthorn_database_pool_size')).toBe(10);
    expect(shown('posthorn_build_info', { component: 'standalone' })).toBe(1);
    await pipeline.client.webhooks.delete(webhook.id);
    await receiver.close();
  });

  test('show what is under way while a receiver takes its time', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const receiver = await startReceiver(async () => {
      await held;
      return { status: 204 };
    });
    const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url));
    await pipeline.client.events.publish(contactEvent(1));
    await receiver.waitFor(1);
    expect(valueOf(await scrape(), 'posthorn_attempts_in_flight', { lane: 'first' })).toBe(1);
    const busy = await until('the scheduler has seen the job and the row', (now) =>
      Boolean(
        valueOf(now, 'posthorn_queue_jobs', { lane: 'first', state: 'active' }) &&
        valueOf(now, 'posthorn_oldest_due_age_seconds', { lane: 'first' }),
      ),
    );
    expect(valueOf(busy, 'posthorn_queue_jobs', { lane: 'first', state: 'active' })).toBe(1);
    release();
    await until('it is over', (now) => valueOf(now, 'posthorn_attempts_in_flight', { lane: 'first' }) === 0);
    await until(
      'nothing is due any more',
      (now) => valueOf(now, 'posthorn_oldest_due_age_seconds', { lane: 'first' }) === 0,
    );
    await pipeline.client.webhooks.delete(webhook.id);
    await receiver.close();
  });

  test('tell failures by their class, flips by their kind, and the e-mail that is owed', async () => {
    const receiver = await startReceiver({ status: 503 });
    const policy = { tooManyErrors: { count: 2, forSeconds: 0 }, retry: { delaysSeconds: [0.01], jitter: 0 } };
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { ...policy, errorsEmail: 'ops@example.com' }),
    );
    await pipeline.client.events.publish(contactEvent(1));
    const metrics = await until('the mail is sent', (now) =>
      Boolean(valueOf(now, 'posthorn_notice_tries_total', { outcome: 'sent' })),
    );
    const failed = { outcome: 'failed', error: 'http_5xx' };
    expect(valueOf(metrics, 'posthorn_attempts_total', { lane: 'first', ...failed })).toBe(1);
    expect(valueOf(metrics, 'posthorn_attempts_total', { lane: 'retry', ...failed })).toBe(1);
    expect(valueOf(metrics, 'posthorn_deliveries_settled_total', { status: 'failed' })).toBe(1);
    expect(valueOf(metrics, 'posthorn_webhooks_switched_off_total', { kind: 'too_many_errors' })).toBe(1);
    expect(valueOf(metrics, 'posthorn_webhooks_switched_off_total', { kind: 'gone' })).toBe(0);
    await pipeline.client.webhooks.delete(webhook.id);
    await receiver.close();
  });

  test('count refusals: of events by code, of addresses by place', async () => {
    const { client, database } = pipeline;
    await expect(client.events.publish({ type: 'no spaces', data: 1 })).rejects.toThrow();
    await expect(client.webhooks.create(webhookTo('http://10.0.0.1/'))).rejects.toThrow();
    const webhook = await client.webhooks.create(webhookTo('https://example.com/', { retry: { delaysSeconds: [] } }));
    // As if its name had come to lead there.
    await database.prisma.webhook.update({ where: { id: webhook.id }, data: { targetUrl: 'http://10.0.0.1/' } });
    await client.events.publish(contactEvent(1));
    const metrics = await until('the guard has refused it', (now) =>
      Boolean(valueOf(now, 'posthorn_address_refusals_total', { at: 'connect' })),
    );
    expect(valueOf(metrics, 'posthorn_address_refusals_total', { at: 'save' })).toBe(1);
    expect(valueOf(metrics, 'posthorn_attempts_total', { error: 'address_not_allowed' })).toBe(1);
    expect(valueOf(metrics, 'posthorn_events_refused_total', { code: 'validation_failed' })).toBe(1);
    await client.webhooks.delete(webhook.id);
  });

  test('name routes by their templates, whatever is asked for', async () => {
    const paths = ['/v1/webhooks/1', '/v1/webhooks/2', '/nothing/here', '/nothing/there', '/healthz', '/metrics'];
    const dialects = ['/Cust1/api/v1/Webhook/7', '/api/v1/Agents/Webhook', '/api/v1/webhooks/7', '/api/2.0/webhooks'];
    for (const path of [...paths, ...dialects, '/v3/webhook/list']) await fetch(pipeline.url + path);
    const metrics = await until('all are counted', (now) =>
      Boolean(valueOf(now, 'posthorn_http_requests_total', { route: '/v3/webhook/list' })),
    );
    const routes = new Set(
      metrics.samples.flatMap(({ name, labels }) => (name === 'posthorn_http_requests_total' ? [labels['route']] : [])),
    );
    const templates = [
      '/v1/webhooks/:id',
      '/:tenant/api/v1/Webhook',
      '/:tenant/api/v1/Agents/Webhook',
      '/api/v1/webhooks/:id',
      '/api/2.0/webhooks',
      '/v3/webhook/list',
      'none',
    ];
    expect([...routes]).toEqual(expect.arrayContaining(templates));
    expect([...routes].filter((route) => /nothing|\/\d+$|Cust1|healthz|metrics/.test(route ?? ''))).toEqual([]);
  });
});

describe('services as processes of their own', () => {
  const names: ServiceName[] = ['api', 'ingest', 'worker', 'scheduler', 'notifier'];
  let services: ServiceProcess[];
  let testDatabase: TestDatabase;
  let closeMailbox: () => Promise<void>;
  let token: string;

  beforeAll(async () => {
    const mailbox = await startMailbox();
    closeMailbox = mailbox.close;
    testDatabase = await createTestDatabase();
    token = `ph_test_${randomBytes(16).toString('hex')}`;
    const env = {
      DATABASE_URL: testDatabase.url,
      POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      POSTHORN_ADMIN_TOKEN: `ph_admin_${randomBytes(16).toString('hex')}`,
      POSTHORN_TOKEN: token,
      POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
      SMTP_URL: mailbox.url,
      METRICS_PORT: '0',
      METRICS_HOST: '127.0.0.1',
      ...testQueueSettings(),
    };
    services = await Promise.all(names.map((name) => startServiceProcess({ name, env })));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await closeMailbox();
    await testDatabase.drop();
  });

  const metricsUrl = ({ lines }: ServiceProcess): string => {
    const line = lines.find(({ message }) => message === 'metrics.listening');
    return `http://127.0.0.1:${String(line?.['port'])}/metrics`;
  };

  test('each shows what the table says that it shows, and what Node shows, and nothing else', async () => {
    for (const service of services) {
      const text = await (await fetch(metricsUrl(service))).text();
      const shown = [...readScrape(text).types.keys()];
      const listed = listMetrics().filter((metric) => metric.services.includes(service.name));
      const own = shown.filter((name) => name.startsWith('posthorn_'));
      expect([service.name, own.toSorted()]).toEqual([service.name, listed.map(({ name }) => name).toSorted()]);
      expect(shown.filter((name) => !/^(?:posthorn|process|nodejs)_/.test(name))).toEqual([]);
      expect(shown).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']));
    }
  });

  test('with a port of their own, metrics are nowhere else, and hold no secret', async () => {
    const [api] = services as [ServiceProcess];
    const receiver = await startReceiver();
    const client = createPosthornClient({ baseUrl: `http://127.0.0.1:${api.port}`, token });
    await client.webhooks.create(webhookTo(receiver.url, { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }));
    for (const service of services) {
      expect([service.name, (await fetch(`http://127.0.0.1:${service.port}/metrics`)).status]).toEqual([
        service.name,
        404,
      ]);
      const text = await (await fetch(metricsUrl(service))).text();
      expect(text).not.toMatch(/whsec_|ph_test_|ph_admin_|127\.0\.0\.1|password/);
    }
    await receiver.close();
  });
});
