import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let hanging: Receiver;
let healthy: Receiver;

beforeAll(async () => {
  pipeline = await startTestPipeline({
    WORKER_CONCURRENCY: '8',
    WORKER_RETRY_CONCURRENCY: '4',
    WORKER_WEBHOOK_SHARE: '0.25',
  });
  [hanging, healthy] = await Promise.all([startReceiver(() => undefined), startReceiver()]);
});
afterAll(async () => {
  await pipeline.close();
  await Promise.all([hanging.close(), healthy.close()]);
});

const publish = (type: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, id) => pipeline.client.events.publish({ ...contactEvent(id), type })));

describe('one webhook and the others', () => {
  test('a receiver that hangs holds its share of the slots and no more, and the others go on', async () => {
    const bad = await pipeline.client.webhooks.create(
      webhookTo(hanging.url, { events: ['bad.event'], timeoutMs: 60_000, retry: { delaysSeconds: [], jitter: 0 } }),
    );
    const good = await pipeline.client.webhooks.create(webhookTo(healthy.url, { events: ['good.event'] }));
    await publish('bad.event', 30);
    await hanging.waitFor(2);
    await publish('good.event', 50);
    await healthy.waitFor(50);
    expect(hanging.requests).toHaveLength(2);
    // Frees the slots for the tests that follow, and the deliveries that waited.
    await pipeline.client.webhooks.update(bad.id, { state: 'Stopped' });
    hanging.answerWith({ status: 204 });
    await hanging.close();
    await waitUntil('nothing of it is pending', async () => {
      const left = await pipeline.database.prisma.delivery.count({ where: { webhookId: bad.id, status: 'pending' } });
      return left === 0;
    });
    await pipeline.client.webhooks.delete(good.id);
  }, 60_000);

  test('a webhook is never sent more at the same time than it allows', async () => {
    let now = 0;
    let most = 0;
    const slow = await startReceiver(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      now -= 1;
      return { status: 204 };
    });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(slow.url, { events: ['slow.event'], maxInFlight: 1 }),
    );
    await publish('slow.event', 20);
    await slow.waitFor(20);
    expect(most).toBe(1);
    await pipeline.client.webhooks.delete(webhook.id);
    await slow.close();
  });

  test('a webhook is never sent more a second than it allows', async () => {
    const receiver = await startReceiver();
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { events: ['rate.event'], rateLimit: { perSecond: 20 } }),
    );
    const publishedMs = Date.now();
    await publish('rate.event', 30);
    const requests = await receiver.waitFor(30);
    // 20 a second is one every 50 ms, and none can be before it is published. Any of them may come late on a machine that is
    // busy, the first one too: how far they are apart is not what the limit promises.
    const early = requests
      .map(({ atMs }) => atMs - publishedMs)
      .toSorted((a, b) => a - b)
      .filter((sinceMs, n) => sinceMs < n * 50 - 2);
    expect(early).toEqual([]);
    await pipeline.client.webhooks.delete(webhook.id);
    await receiver.close();
  });

  test('first attempts do not wait behind retries', async () => {
    const receiver = await startReceiver((request) => (request.path === '/retry' ? undefined : { status: 204 }));
    const failing = await startReceiver({ status: 500 });
    // More retries than the lane has slots, each of which hangs.
    const webhooks = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        pipeline.client.webhooks.create(
          webhookTo(failing.url, {
            events: [`old.event-${index}`],
            timeoutMs: 60_000,
            retry: { delaysSeconds: [0.5], jitter: 0 },
          }),
        ),
      ),
    );
    await Promise.all(webhooks.map((_, index) => publish(`old.event-${index}`, 1)));
    await failing.waitFor(6);
    await Promise.all(
      webhooks.map((webhook) => pipeline.client.webhooks.update(webhook.id, { targetUrl: `${receiver.url}/retry` })),
    );
    await receiver.waitFor(4);
    const fresh = await pipeline.client.webhooks.create(webhookTo(`${receiver.url}/new`, { events: ['new.event'] }));
    await publish('new.event', 20);
    await waitUntil(
      'all that is new has arrived',
      () => receiver.requests.filter((request) => request.path === '/new').length === 20,
    );
    expect(receiver.requests.filter((request) => request.path === '/retry')).toHaveLength(4);
    await receiver.close();
    await failing.close();
    await Promise.all([fresh, ...webhooks].map((webhook) => pipeline.client.webhooks.delete(webhook.id)));
  }, 60_000);
});
