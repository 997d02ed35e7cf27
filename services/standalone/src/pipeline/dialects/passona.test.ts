import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { createDialectCaller } from '../../testing/call-dialect.ts';
import { startTestPipeline, type TestPipeline } from '../../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let receiver: Receiver;
let call: ReturnType<typeof createDialectCaller>;

beforeAll(async () => {
  [pipeline, receiver] = await Promise.all([startTestPipeline(), startReceiver()]);
  call = createDialectCaller(pipeline, (token) => ({ authorization: `Bearer ${token}` }));
});
afterAll(async () => {
  await pipeline.close();
  await receiver.close();
});

const keyword = { keyword: 'WIN', message: 'WIN please', sender: '447700900123', received_at: '2026-01-31T08:30:00Z' };

describe('a webhook of Passona', () => {
  test('gets its callback with its own headers, and a failed call is never tried again', async () => {
    receiver.answerWith({ status: 500 });
    const { status, body } = await call('POST', '/api/2.0/webhooks/', {
      name: 'Example Webhook',
      url: `${receiver.url}/webhook`,
      headers: { Accept: 'application/json', 'X-Api-Key': 'k1' },
    });
    expect(status).toBe(201);
    const failed = await pipeline.client.events.publish({ type: 'keyword.received', data: keyword });
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/webhook' });
    expect(request?.headers).toMatchObject({ accept: 'application/json', 'x-api-key': 'k1' });
    expect(JSON.parse(request?.body ?? '')).toEqual(keyword);
    expect(Object.keys(JSON.parse(request?.body ?? ''))).toEqual(['keyword', 'message', 'sender', 'received_at']);
    const delivery = await waitUntil('the delivery is settled', async () => {
      const [own] = (await pipeline.client.events.get(failed.id)).deliveries;
      return own?.status === 'pending' ? null : own;
    });
    // Failed for good with one attempt made: no other is owed.
    expect(delivery).toMatchObject({ status: 'failed', attempts: 1, nextAttemptAt: null });

    receiver.answerWith({ status: 202 });
    const next = await pipeline.client.events.publish({ type: 'keyword.received', data: keyword });
    await waitUntil('the next event arrives', async () => {
      const [own] = (await pipeline.client.events.get(next.id)).deliveries;
      return own?.status === 'succeeded';
    });
    expect(receiver.requests).toHaveLength(2);
    const shown = await call('GET', `/api/2.0/webhooks/${body.data.uuid}`);
    expect(shown.body).toEqual(body);
    expect((await call('DELETE', `/api/2.0/webhooks/${body.data.uuid}`)).status).toBe(204);
  });
});
