import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { type Receiver, startReceiver, startRedis, type TestRedis, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let redis: TestRedis;
let pipeline: TestPipeline;

beforeAll(async () => {
  redis = await startRedis();
  pipeline = await startTestPipeline({ REDIS_URL: redis.url, LOG_LEVEL: 'warn' });
});
afterAll(async () => {
  await pipeline.close();
  await redis.close();
});

const idsOf = (receiver: Receiver): number[] =>
  receiver.requests.map((request) => (JSON.parse(request.body) as { data: { id: number } }).data.id);

describe('when Redis is not what it was', () => {
  test('20 seconds without it: publishing goes on, and everything arrives afterwards', async () => {
    const receiver = await startReceiver();
    const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url));
    // A publisher that tries nothing twice: each event is taken at the first try or counted as refused.
    const once = createPosthornClient({
      baseUrl: pipeline.url,
      token: pipeline.env['POSTHORN_TOKEN'] ?? '',
      retries: 0,
    });
    let published = 0;
    const publishUntil = async (endMs: number) => {
      while (Date.now() < endMs) {
        const id = published;
        published += 1;
        await once.events.publish(contactEvent(id));
        // A steady stream, not a flood: ten a second.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await publishUntil(Date.now() + 500);
    await redis.stop();
    await publishUntil(Date.now() + 20_000);
    const during = published;
    await redis.start();
    await publishUntil(Date.now() + 500);
    // One that is refused throws; on a machine that is busy with other tests they are fewer than ten a second.
    expect(during).toBeGreaterThan(20);
    await waitUntil('every event has arrived', () => new Set(idsOf(receiver)).size === published, {
      timeoutMs: 60_000,
    });
    expect(receiver.requests).toHaveLength(published);
    await pipeline.client.webhooks.delete(webhook.id);
    await receiver.close();
  }, 120_000);

  test('FLUSHALL with 1,000 retries pending: all of them still arrive, once', async () => {
    const receiver = await startReceiver({ status: 503 });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { retry: { delaysSeconds: [300], jitter: 0 } }),
    );
    await Promise.all(Array.from({ length: 1000 }, (_, id) => pipeline.client.events.publish(contactEvent(id))));
    await waitUntil(
      'all first attempts are recorded',
      async () => {
        const waiting = await pipeline.database.prisma.delivery.count({
          where: { webhookId: webhook.id, status: 'pending', attempts: 1 },
        });
        return waiting === 1000;
      },
      { timeoutMs: 60_000 },
    );
    expect(receiver.requests).toHaveLength(1000);
    // The rows fall due now while the jobs in Redis are minutes away: what arrives was rebuilt from the rows.
    await pipeline.database.prisma.delivery.updateMany({
      where: { webhookId: webhook.id },
      data: { dueAt: new Date() },
    });
    await redis.flush();
    receiver.answerWith({ status: 204 });
    await receiver.waitFor(2000, 60_000);
    await waitUntil('all are settled', async () => {
      const done = await pipeline.database.prisma.delivery.count({
        where: { webhookId: webhook.id, status: 'succeeded' },
      });
      return done === 1000;
    });
    expect(new Set(idsOf(receiver).slice(1000)).size).toBe(1000);
    expect(receiver.requests).toHaveLength(2000);
    await pipeline.client.webhooks.delete(webhook.id);
    await receiver.close();
  }, 120_000);
});
