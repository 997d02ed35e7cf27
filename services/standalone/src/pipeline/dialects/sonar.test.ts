import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { injectClock, type Receiver, startReceiver, type TestClock, waitUntil } from '@posthorn/testing';
import { createDialectCaller } from '../../testing/call-dialect.ts';
import { ALL_RETRIES_WAIT, followSchedule } from '../../testing/follow-schedule.ts';
import { startTestPipeline, type TestPipeline } from '../../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let clock: TestClock;
let receiver: Receiver;
let call: ReturnType<typeof createDialectCaller>;

beforeAll(async () => {
  receiver = await startReceiver();
  // Five failed attempts in a row, however long they took, so that the state can be seen to change.
  const rule = { TOO_MANY_ERRORS_COUNT: '5', TOO_MANY_ERRORS_SECONDS: '0' };
  pipeline = await startTestPipeline({ ...rule, ...ALL_RETRIES_WAIT }, async (url) => {
    clock = await injectClock(url);
  });
  call = createDialectCaller(pipeline, (token) => ({ 'x-token': token }));
});
afterAll(async () => {
  await clock.close();
  await pipeline.close();
  await receiver.close();
});

const create = async (values: object = {}): Promise<{ id: number; active: boolean }> => {
  const webhook = {
    name: 'Cat',
    active: 'true',
    settings: { new_assigned_message: 'true' },
    url: `${receiver.url}/meow?key=1`,
    http_method: 'POST',
    ...values,
  };
  const { status, body } = await call('POST', '/api/v1/webhooks', { webhook });
  expect(status).toBe(200);
  return body;
};

const message = {
  text: 'Can you help me?',
  from_name: 'Sonar Customer',
  to_name: 'A User',
  link: 'https://example.com/threads/1',
  customer: { first_name: 'Sonar', last_name: 'Customer', phone_number: '+12345678910' },
  user: { first_name: 'A', last_name: 'User', email: 'rep@example.com' },
};

describe('a webhook of Sonar', () => {
  test('gets its callback in the form of Sonar, unsigned', async () => {
    receiver.answerWith({ status: 201 });
    const before = receiver.requests.length;
    const { id } = await create();
    const event = await pipeline.client.events.publish({ type: 'new_assigned_message', data: message });
    const request = (await receiver.waitFor(before + 1))[before];
    expect(request).toMatchObject({ method: 'POST', path: '/meow?key=1' });
    const body = JSON.parse(request?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(body).slice(0, 7)).toEqual([
      'action',
      'text',
      'from_name',
      'to_name',
      'link',
      'customer',
      'user',
    ]);
    expect(body).toMatchObject({ action: 'new_assigned_message', ...message });
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.includes('signature'))).toEqual([]);
    await waitUntil('any 2xx is a success', async () => {
      const [delivery] = (await pipeline.client.events.get(event.id)).deliveries;
      return delivery?.status === 'succeeded';
    });
    await call('DELETE', `/api/v1/webhooks/${id}`);
  });

  test.each(['GET', 'PUT', 'DELETE'])('is called with %s when it says so', async (method) => {
    receiver.answerWith({ status: 200 });
    const before = receiver.requests.length;
    const { id } = await create({ http_method: method.toLowerCase() });
    await pipeline.client.events.publish({ type: 'new_assigned_message', data: message });
    const request = (await receiver.waitFor(before + 1))[before];
    expect(request?.method).toBe(method);
    const query = new URL(request?.path ?? '', receiver.url).searchParams;
    expect(query.get('key')).toBe('1');
    const told = method === 'PUT' ? (JSON.parse(request?.body ?? '') as typeof message).text : query.get('text');
    expect(told).toBe(message.text);
    await call('DELETE', `/api/v1/webhooks/${id}`);
  });

  test('is tried again after 10 s, 30 s, 3 min and 30 min, and shows inactive once it has too many errors', async () => {
    receiver.answerWith({ status: 500 });
    const { id } = await create();
    const event = { type: 'new_assigned_message', data: message };
    const { delays, delivery } = await followSchedule(pipeline, clock, { event, receiver });
    expect(delays).toEqual([10, 30, 180, 1800]);
    expect(delivery.status).toBe('failed');
    const shown = await waitUntil('it shows inactive', async () => {
      const { body } = await call('GET', `/api/v1/webhooks/${id}`);
      return body.active === false ? body : null;
    });
    expect((await pipeline.client.webhooks.get(id)).state).toBe('TooManyErrors');
    // Saving it as it is shown does not hide what happened; switching it on does.
    await call('PUT', `/api/v1/webhooks/${id}`, { webhook: { name: shown.name, active: 'false' } });
    expect((await pipeline.client.webhooks.get(id)).state).toBe('TooManyErrors');
    const { body } = await call('PUT', `/api/v1/webhooks/${id}`, { webhook: { active: 'true' } });
    expect(body.active).toBe(true);
    expect((await pipeline.client.webhooks.get(id)).state).toBe('Active');
    await call('DELETE', `/api/v1/webhooks/${id}`);
  });
});
