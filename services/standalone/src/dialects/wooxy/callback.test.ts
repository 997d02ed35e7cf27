import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeliverySummary, DeliveryView } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { configOf, newWebhook, startTestWooxy, type TestWooxy } from '../../testing/start-test-wooxy.ts';

let wooxy: TestWooxy;
const receivers: Receiver[] = [];

beforeAll(async () => {
  wooxy = await startTestWooxy({ WOOXY_EVENTS: 'ok,no-content,gone,props' });
});
afterAll(async () => {
  await wooxy.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

/** A webhook for one event name, on a receiver of its own. */
const subscribe = async (event: string, status: number) => {
  const receiver = await startReceiver({ status });
  receivers.push(receiver);
  const answer = await wooxy.call('create', newWebhook({ url: `${receiver.url}/in`, events: [event] }));
  return { receiver, id: configOf(answer).id };
};

const publish = (type: string, data: unknown, occurredAt?: string) =>
  wooxy.pipeline.client.events.publish({ type, data, ...(occurredAt === undefined ? {} : { occurredAt }) });

/** The one delivery of a webhook, once an attempt has been recorded. */
const attempted = (webhookId: number): Promise<DeliveryView> =>
  waitUntil(`webhook ${webhookId} has an attempt`, async () => {
    const deliveries: DeliverySummary[] = [];
    for await (const delivery of wooxy.pipeline.client.webhooks.deliveriesAll(webhookId)) deliveries.push(delivery);
    const [delivery] = deliveries;
    return delivery !== undefined && delivery.attempts > 0 ? wooxy.pipeline.client.deliveries.get(delivery.id) : null;
  });

const waitOf = ({ attemptLog, nextAttemptAt }: DeliveryView): number =>
  (Date.parse(nextAttemptAt ?? '') - Date.parse(attemptLog[0]?.startedAt ?? '')) / 1000;

describe('a callback', () => {
  test('is a POST of the documented body, and 200 is its success', async () => {
    const { receiver, id } = await subscribe('ok', 200);
    const headers = { 'X-Additional-Header': 'additional-header-value' };
    const data = { userId: 'myUserId-1', headers, id: '5537ab2a08d241dc69326b19', email: 'user@example.com', n: 1 };
    await publish('ok', data, '2009-02-13T23:31:30.500Z');
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/in', headers: { 'content-type': 'application/json' } });
    expect(request?.body).toBe(
      JSON.stringify({
        datetime: 1_234_567_890,
        event: 'ok',
        email: 'user@example.com',
        id: '5537ab2a08d241dc69326b19',
        userId: 'myUserId-1',
        headers,
        n: 1,
      }),
    );
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual([]);
    expect((await attempted(id)).status).toBe('succeeded');
  });

  test('is made for the events of the webhook and for no others', async () => {
    const { receiver, id } = await subscribe('click', 200);
    for (const type of ['clicked', 'web-push-clicked', 'contact.created']) await publish(type, {});
    await publish('click', { email: 'user@example.com' });
    expect((await attempted(id)).eventType).toBe('click');
    expect(receiver.requests).toHaveLength(1);
  });

  test('ends with the properties that the native API gave the webhook', async () => {
    const { receiver, id } = await subscribe('props', 200);
    await wooxy.pipeline.client.webhooks.update(id, { properties: { tenant: 7, email: 'other' } });
    await publish('props', { email: 'user@example.com' });
    const [request] = await receiver.waitFor(1);
    expect(request?.body).toMatch(/"email":"user@example\.com","id":null,"userId":null,"headers":\{\},"tenant":7\}$/);
  });

  test('that is answered with 204 failed, and is tried again after 100 seconds', async () => {
    const { id } = await subscribe('no-content', 204);
    await publish('no-content', {});
    const delivery = await attempted(id);
    expect(delivery).toMatchObject({
      status: 'pending',
      attemptLog: [{ outcome: 'failed', response: { status: 204 } }],
    });
    expect(waitOf(delivery)).toBeGreaterThanOrEqual(100);
    expect(waitOf(delivery)).toBeLessThan(110);
  });

  test('that is answered with 410 ends the delivery and stops the webhook, as for every webhook here', async () => {
    const { id } = await subscribe('gone', 410);
    await publish('gone', {});
    expect((await attempted(id)).status).toBe('failed');
    expect((await wooxy.pipeline.client.webhooks.get(id)).state).toBe('Stopped');
  });

  test('of a test is a read event that nobody can take for a real one', async () => {
    const { receiver, id } = await subscribe('read', 200);
    expect(await wooxy.pipeline.client.webhooks.test(id)).toMatchObject({ outcome: 'succeeded' });
    const [request] = await receiver.waitFor(1);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      datetime: expect.any(Number),
      event: 'read',
      email: 'test@example.com',
      id: `posthorn-test-${id}`,
      userId: null,
      headers: {},
      test: true,
      webhook: { id, name: 'Newsletter' },
    });
  });
});
