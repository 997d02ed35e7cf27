import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { injectClock, type Receiver, startReceiver, type TestClock, waitUntil } from '@posthorn/testing';
import { createDialectCaller, onlyDelivery } from '../../testing/call-dialect.ts';
import { ALL_RETRIES_WAIT, followSchedule } from '../../testing/follow-schedule.ts';
import { startTestPipeline, type TestPipeline } from '../../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let clock: TestClock;
let receiver: Receiver;
let call: ReturnType<typeof createDialectCaller>;

beforeAll(async () => {
  receiver = await startReceiver({ status: 200 });
  pipeline = await startTestPipeline(ALL_RETRIES_WAIT, async (url) => {
    clock = await injectClock(url);
  });
  call = createDialectCaller(pipeline, (token) => ({ 'access-token': token }));
});
afterAll(async () => {
  await clock.close();
  await pipeline.close();
  await receiver.close();
});

const create = async (path: string): Promise<{ id: number; domain: { id: string; name: string } }> => {
  const { status, body } = await call('POST', '/v3/webhook/create', {
    title: 'Hook',
    url: `${receiver.url}${path}`,
    domain: 'example.com',
    events: ['delivered', 'click'],
  });
  expect(status).toBe(200);
  return body.config;
};

const click = { email: 'person@example.com', id: 'm-1', userId: 'u-7', headers: { 'X-Campaign': 'c1' } };

describe('a webhook of Wooxy', () => {
  test('gets its callback in the form of Wooxy', async () => {
    const { id } = await create('/form');
    const event = await pipeline.client.events.publish({
      type: 'click',
      data: click,
      occurredAt: '2026-01-31T08:30:00.900Z',
    });
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/form' });
    const body = JSON.parse(request?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['datetime', 'event', 'email', 'id', 'userId', 'headers']);
    expect(body).toEqual({ datetime: Date.UTC(2026, 0, 31, 8, 30) / 1000, event: 'click', ...click });
    await waitUntil('200 is a success', async () => {
      const [delivery] = (await pipeline.client.events.get(event.id)).deliveries;
      return delivery?.status === 'succeeded';
    });
    expect((await call('POST', '/v3/webhook/remove', { id })).body).toEqual({ result: true });
  });

  test('is tried 15 times: 3 waits of 100 s, 6 of 600 s, then of 3600 s, and only 200 counts', async () => {
    receiver.answerWith({ status: 204 });
    const { id, domain } = await create('/schedule');
    const event = { type: 'click', data: click };
    const { delays, delivery } = await followSchedule(pipeline, clock, { event, receiver });
    expect(delays).toEqual([...Array(3).fill(100), ...Array(6).fill(600), ...Array(5).fill(3600)]);
    expect(delivery).toMatchObject({ status: 'failed', attempts: 15 });
    // Wooxy knows no state: the webhook is listed as before.
    const { body } = await call('POST', '/v3/webhook/list', {});
    expect(body.data).toMatchObject([{ id, domain }]);
    await call('POST', '/v3/webhook/remove', { id });
  });

  test('gives up a call after 1.5 s', async () => {
    receiver.answerWith(() => undefined);
    const { id } = await create('/hangs');
    const event = await pipeline.client.events.publish({ type: 'click', data: click });
    const deliveryId = await onlyDelivery(pipeline, event.id);
    const attempt = await waitUntil('the attempt is recorded', async () => {
      const [first] = (await pipeline.client.deliveries.get(deliveryId)).attemptLog;
      return first ?? null;
    });
    expect(attempt).toMatchObject({ outcome: 'failed', error: { code: 'timeout' } });
    expect(attempt.durationMs).toBeGreaterThanOrEqual(1490);
    expect(attempt.durationMs).toBeLessThan(5000);
    await call('POST', '/v3/webhook/remove', { id });
  });
});
