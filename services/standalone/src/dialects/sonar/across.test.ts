import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/v1/webhooks';
let sonar: TestDialect;
let receiver: Receiver;

beforeAll(async () => {
  [sonar, receiver] = await Promise.all([
    startTestDialect((token) => ({ 'X-Token': token })),
    startReceiver({ status: 200 }),
  ]);
});
afterAll(async () => {
  await sonar.close();
  await receiver.close();
});

const native = () => sonar.pipeline.client.webhooks;
const create = async (webhook: object) =>
  (await sonar.call('POST', PATH, { webhook: { url: 'https://meow.example.com', ...webhook } })).body;
const shown = async (id: number) => (await sonar.call('GET', `${PATH}/${id}`)).body;
const settings = async (id: number): Promise<string> => JSON.stringify((await shown(id)).settings);

describe('a webhook of this API', () => {
  test('is in the native API what its fields say', async () => {
    const { id } = await create({
      name: 'Cat',
      active: 'true',
      settings: { new_assigned_message: 'true', outbound_message: 'false', customer_subscribed: true },
      http_method: 'Put',
    });
    expect(await native().get(id)).toMatchObject({
      name: 'Cat',
      state: 'Active',
      events: ['new_assigned_message', 'customer_subscribed'],
      targetUrl: 'https://meow.example.com',
      httpMethod: 'PUT',
      type: 'webhook',
      format: 'sonar',
      headers: {},
      properties: {},
      errorsEmail: null,
    });
    expect((await native().secret(id)).secret).toBeNull();
    const off = await create({});
    expect(await native().get(off.id)).toMatchObject({ name: '', state: 'Stopped', events: [], httpMethod: 'POST' });
  });

  test('shows what the native API changed; events are the truth about its settings', async () => {
    const { id } = await create({ active: true, settings: { a: 'false', b: 'true', c: 'false' } });
    expect(await settings(id)).toBe('{"a":"false","b":"true","c":"false"}');
    await native().update(id, {
      events: ['d', 'c'],
      name: 'Dog',
      targetUrl: 'https://woof.example.com',
      state: 'Stopped',
    });
    expect(await settings(id)).toBe('{"a":"false","c":"true","d":"true"}');
    expect(await shown(id)).toMatchObject({ active: false, name: 'Dog', url: 'https://woof.example.com' });
  });

  test('keeps what this API has no words for when it is changed here', async () => {
    const { id } = await create({ settings: { a: 'true' } });
    const beyond = {
      headers: { 'X-Key': 'k' },
      properties: { tenant: 7 },
      errorsEmail: 'ops@example.com',
      retry: { delaysSeconds: [1], jitter: 0 },
    };
    await native().update(id, beyond);
    await sonar.call('PUT', `${PATH}/${id}`, { webhook: { name: 'Dog', settings: { b: 'true' } } });
    const changed = await native().get(id);
    expect(changed).toMatchObject({ ...beyond, name: 'Dog', events: ['b'] });
  });

  test('is gone here when the native API deleted it', async () => {
    const { id } = await create({});
    await native().delete(id);
    expect((await sonar.call('GET', `${PATH}/${id}`)).status).toBe(404);
  });

  test('shows settings by its events where what is kept with it is of another form', async () => {
    const { id } = await create({ settings: { a: 'true', b: 'false' } });
    for (const dialectData of [
      {},
      { sonar: null },
      { sonar: 'x' },
      { sonar: { off: 'b', order: 7 } },
      { sonar: { off: [7] } },
    ]) {
      await sonar.pipeline.database.prisma.webhook.update({ where: { id }, data: { dialectData } });
      expect(await settings(id)).toBe('{"a":"true"}');
    }
  });
});

describe('a webhook of the native API', () => {
  test('is shown with each of its events as true, and can be changed and deleted here', async () => {
    const { id } = await native().create({
      name: 'native',
      events: ['contact.*', 'sale.sold'],
      targetUrl: 'https://crm.example.com',
      httpMethod: 'PATCH',
    });
    expect(await shown(id)).toMatchObject({ active: true, http_method: 'PATCH', name: 'native' });
    expect(await settings(id)).toBe('{"contact.*":"true","sale.sold":"true"}');
    const read = await shown(id);
    const { body } = await sonar.call('PUT', `${PATH}/${id}`, { webhook: read });
    expect(body).toEqual({ ...read, updated_at: body.updated_at });
    await sonar.call('PUT', `${PATH}/${id}`, {
      settings: { 'sale.sold': 'false', 'sale.lost': 'true' },
      active: false,
    });
    expect(await native().get(id)).toMatchObject({ events: ['sale.lost'], state: 'Stopped', format: 'standard' });
    expect(await settings(id)).toBe('{"sale.sold":"false","sale.lost":"true"}');
    expect((await sonar.call('DELETE', `${PATH}/${id}`)).status).toBe(200);
    await expect(native().get(id)).rejects.toMatchObject({ status: 404 });
  });

  test('whose callback has one method keeps it', async () => {
    const { id } = await native().create({
      name: 'w',
      events: ['read'],
      targetUrl: 'https://crm.example.com',
      format: 'wooxy',
    });
    expect(await sonar.call('PUT', `${PATH}/${id}`, { webhook: { http_method: 'GET' } })).toMatchObject({
      status: 400,
      text: '{"error":"webhook[http_method] is invalid"}',
    });
    expect((await sonar.call('PUT', `${PATH}/${id}`, { webhook: { http_method: 'post' } })).status).toBe(200);
  });
});

describe('active', () => {
  test('is the state Active: what is shown already changes nothing, the count of errors included', async () => {
    const { id } = await create({ active: true });
    const { prisma } = sonar.pipeline.database;
    await prisma.webhookHealth.upsert({
      where: { webhookId: id },
      create: { webhookId: id, consecutiveFailures: 3, failingSince: new Date() },
      update: { consecutiveFailures: 3, failingSince: new Date() },
    });
    await sonar.call('PUT', `${PATH}/${id}`, { webhook: { active: 'true', name: 'Cat' } });
    expect(await native().get(id)).toMatchObject({ state: 'Active', consecutiveErrors: 3, name: 'Cat' });
    await sonar.call('PUT', `${PATH}/${id}`, { webhook: { active: 'false' } });
    expect((await native().get(id)).state).toBe('Stopped');
    await sonar.call('PUT', `${PATH}/${id}`, { webhook: { active: 'true' } });
    expect(await native().get(id)).toMatchObject({ state: 'Active', consecutiveErrors: 0 });
  });

  test('of a webhook with too many errors is false; false leaves it so, true switches it on', async () => {
    const { id } = await create({ active: true });
    await sonar.pipeline.database.prisma.webhook.update({ where: { id }, data: { state: 'TooManyErrors' } });
    expect((await shown(id)).active).toBe(false);
    await sonar.call('PATCH', `${PATH}/${id}`, { webhook: { ...(await shown(id)), name: 'Cat' } });
    expect(await native().get(id)).toMatchObject({ state: 'TooManyErrors', name: 'Cat' });
    await sonar.call('PATCH', `${PATH}/${id}`, { webhook: { active: true } });
    expect((await native().get(id)).state).toBe('Active');
  });

  test('false keeps deliveries back', async () => {
    const { id } = await create({ url: receiver.url, active: 'false', settings: { held_back: 'true' } });
    const event = await sonar.pipeline.client.events.publish({ type: 'held_back', data: {} });
    const [delivery] = (await sonar.pipeline.client.events.get(event.id)).deliveries;
    expect(delivery).toMatchObject({ webhookId: id, status: 'held' });
  });
});

describe('a callback', () => {
  test('has the uuid of its delivery, which each webhook has of its own', async () => {
    const made = [];
    for (const name of ['one', 'two']) {
      made.push(await create({ url: `${receiver.url}/${name}`, active: true, name, settings: { told: 'true' } }));
    }
    const before = receiver.requests.length;
    await sonar.pipeline.client.events.publish({
      type: 'told',
      data: { uuid: 'mine', message_id: 9, external_id: 'x' },
    });
    const requests = (await receiver.waitFor(before + 2)).slice(before);
    const bodies = requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(new Set(bodies.map(({ uuid }) => uuid)).size).toBe(2);
    for (const body of bodies) {
      expect(body).toMatchObject({
        uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        message_id: 9,
        external_id: 'x',
      });
    }
    for (const { id } of made) await sonar.call('DELETE', `${PATH}/${id}`);
  });

  test('of a test is a message that nobody can take for a real one', async () => {
    const { id } = await create({ url: receiver.url, name: 'Cat' });
    const before = receiver.requests.length;
    expect(await native().test(id)).toMatchObject({ outcome: 'succeeded' });
    const request = (await receiver.waitFor(before + 1))[before];
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      action: 'new_assigned_message',
      customer: { first_name: 'Test', phone_number: '+12025550100' },
      test: true,
      webhook: { id, name: 'Cat' },
    });
  });
});
