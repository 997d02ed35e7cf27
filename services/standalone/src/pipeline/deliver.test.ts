import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyWebhook } from '@posthorn/client';
import { type Receiver, type Responder, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
const receivers: Receiver[] = [];

beforeAll(async () => {
  pipeline = await startTestPipeline();
});
afterEach(async () => {
  for await (const webhook of pipeline.client.webhooks.listAll()) await pipeline.client.webhooks.delete(webhook.id);
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});
afterAll(() => pipeline.close());

const receive = async (responder?: Responder): Promise<Receiver> => {
  const receiver = await startReceiver(responder);
  receivers.push(receiver);
  return receiver;
};

/** The only delivery of an event, once it has a status. */
const settled = (eventId: string, status: string) =>
  waitUntil(`the delivery of ${eventId} is ${status}`, async () => {
    const [delivery] = (await pipeline.client.events.get(eventId)).deliveries;
    return delivery?.status === status ? delivery : null;
  });

describe('from a published event to a delivered one', () => {
  test('the receiver gets the event signed, with the properties and headers of the webhook', async () => {
    const receiver = await receive();
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(`${receiver.url}/hook?x=1`, { headers: { 'X-API-Key': 'k-1' }, properties: { source: { crm: true } } }),
    );
    const published = await pipeline.client.events.publish({
      type: 'contact.created',
      data: { z: 1, a: 'ä\u0000' },
      occurredAt: '2026-01-31T08:30:00+01:00',
    });
    expect(published.deliveries).toBe(1);
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/hook?x=1' });
    expect(request?.headers).toMatchObject({ 'x-api-key': 'k-1', 'content-type': 'application/json' });
    expect(request?.headers['user-agent']).toMatch(/^Posthorn\/\d/);
    expect(request?.body).toBe(
      '{"type":"contact.created","timestamp":"2026-01-31T07:30:00.000Z","data":{"z":1,"a":"ä\\u0000"},"source":{"crm":true}}',
    );
    const { secret } = await pipeline.client.webhooks.secret(webhook.id);
    const verified = verifyWebhook(request?.body ?? '', request?.headers ?? {}, secret ?? '');
    const delivery = await settled(published.id, 'succeeded');
    expect(verified.id).toBe(delivery.id);
  });

  test('the attempt is recorded with request and response, and the values of custom headers are not', async () => {
    const receiver = await receive({ status: 201, headers: { 'x-request-id': 'r-1' }, body: 'thanks' });
    await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { headers: { Authorization: 'Bearer very-secret' } }),
    );
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    const { id: deliveryId } = await settled(id, 'succeeded');
    const delivery = await pipeline.client.deliveries.get(deliveryId);
    expect(delivery.attemptLog).toHaveLength(1);
    expect(delivery.attemptLog[0]).toMatchObject({
      trigger: 'schedule',
      number: 1,
      outcome: 'succeeded',
      error: null,
      request: { method: 'POST', headers: { authorization: '[redacted]', 'webhook-id': deliveryId } },
      response: { status: 201, body: 'thanks', bodyTruncated: false },
    });
    expect(delivery.attemptLog[0]?.response?.headers['x-request-id']).toBe('r-1');
    const { timings, durationMs } = delivery.attemptLog[0]!;
    const number = expect.any(Number);
    expect(timings).toEqual({ dnsMs: null, connectMs: number, tlsMs: null, firstByteMs: number, totalMs: durationMs });
    const everything = JSON.stringify([delivery, pipeline.logLines()]);
    expect(everything).not.toContain('very-secret');
  });

  test('a receiver that fails twice gets a third attempt, with the same id and a fresh signature', async () => {
    const receiver = await receive((_request, _response, nth) => ({ status: nth < 3 ? 500 : 200, body: `no ${nth}` }));
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { retry: { delaysSeconds: [0.05, 0.05], jitter: 0 } }),
    );
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    const requests = await receiver.waitFor(3);
    expect(new Set(requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
    const { id: deliveryId } = await settled(id, 'succeeded');
    const { attemptLog } = await pipeline.client.deliveries.get(deliveryId);
    expect(attemptLog.map((attempt) => [attempt.number, attempt.outcome, attempt.response?.body])).toEqual([
      [1, 'failed', 'no 1'],
      [2, 'failed', 'no 2'],
      [3, 'succeeded', 'no 3'],
    ]);
    expect(attemptLog[0]?.request.body).toBe(requests[0]?.body);
    expect(await pipeline.client.webhooks.get(webhook.id)).toMatchObject({ consecutiveErrors: 0, failingSince: null });
  });

  test('it has failed when the schedule is used up, and stays visible', async () => {
    const receiver = await receive({ status: 500 });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { retry: { delaysSeconds: [0.01], jitter: 0 } }),
    );
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    expect(await settled(id, 'failed')).toMatchObject({ attempts: 2, nextAttemptAt: null });
    expect(await pipeline.client.webhooks.get(webhook.id)).toMatchObject({
      state: 'Active',
      consecutiveErrors: 2,
      lastError: { code: 'http_status', status: 500 },
    });
  });

  test('429 with Retry-After waits as long as the receiver asks', async () => {
    const receiver = await receive((_request, _response, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '1' } } : { status: 204 },
    );
    await pipeline.client.webhooks.create(webhookTo(receiver.url, { retry: { delaysSeconds: [0], jitter: 0 } }));
    await pipeline.client.events.publish(contactEvent(1));
    const [first, second] = await receiver.waitFor(2);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('410 stops the webhook and ends the delivery', async () => {
    const receiver = await receive({ status: 410 });
    const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url));
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    expect(await settled(id, 'failed')).toMatchObject({ attempts: 1 });
    const stopped = await pipeline.client.webhooks.get(webhook.id);
    expect(stopped.state).toBe('Stopped');
    expect(stopped.stateReason).toContain('410');
  });

  test('redirects are not followed', async () => {
    const elsewhere = await receive();
    const receiver = await receive({ status: 302, headers: { location: elsewhere.url } });
    await pipeline.client.webhooks.create(webhookTo(receiver.url, { retry: { delaysSeconds: [], jitter: 0 } }));
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    const { id: deliveryId } = await settled(id, 'failed');
    const [attempt] = (await pipeline.client.deliveries.get(deliveryId)).attemptLog;
    expect(attempt?.error?.code).toBe('redirect');
    expect(elsewhere.requests).toHaveLength(0);
  });

  test('a receiver that never answers costs its deadline, and says why', async () => {
    const receiver = await receive(() => undefined);
    await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { timeoutMs: 150, retry: { delaysSeconds: [], jitter: 0 } }),
    );
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    const { id: deliveryId } = await settled(id, 'failed');
    const [attempt] = (await pipeline.client.deliveries.get(deliveryId)).attemptLog;
    expect(attempt).toMatchObject({ outcome: 'failed', error: { code: 'timeout' }, response: null });
  });

  test('every event reaches every webhook exactly once, 300 events to three webhooks', async () => {
    const receiver = await receive();
    for (const path of ['a', 'b', 'c']) await pipeline.client.webhooks.create(webhookTo(`${receiver.url}/${path}`));
    const ids = await Promise.all(
      Array.from({ length: 300 }, async (_, id) => (await pipeline.client.events.publish(contactEvent(id))).id),
    );
    const requests = await receiver.waitFor(900, 60_000);
    const seen = new Set(
      requests.map((request) => `${request.path} ${(JSON.parse(request.body) as { data: { id: number } }).data.id}`),
    );
    expect(seen.size).toBe(900);
    expect(new Set(ids).size).toBe(300);
    await waitUntil('all are settled', async () => {
      const left = await pipeline.database.prisma.delivery.count({ where: { status: 'pending' } });
      return left === 0;
    });
    expect(receiver.requests).toHaveLength(900);
  }, 90_000);

  test('one wide line a delivery tells what became of it', async () => {
    const receiver = await receive({ status: 500 });
    await pipeline.client.webhooks.create(webhookTo(receiver.url, { retry: { delaysSeconds: [3600], jitter: 0 } }));
    const { id } = await pipeline.client.events.publish(contactEvent(1));
    await waitUntil('the line', () => pipeline.logLines().some((line) => line['eventId'] === id));
    const line = pipeline.logLines().find((entry) => entry['eventId'] === id);
    expect(line).toMatchObject({
      level: 'info',
      message: 'delivery.attempted',
      attempt: 1,
      maxAttempts: 2,
      outcome: 'failed',
      status: 500,
      errorCode: 'http_status',
      delivery: 'pending',
      retryInSeconds: 3600,
    });
  });
});
