import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/2.0/webhooks';
let passona: TestDialect;
let receiver: Receiver;

beforeAll(async () => {
  [passona, receiver] = await Promise.all([
    startTestDialect((token) => ({ Authorization: `Bearer ${token}` })),
    startReceiver({ status: 200 }),
  ]);
});
afterAll(async () => {
  await passona.close();
  await receiver.close();
});

const native = () => passona.pipeline.client.webhooks;
const shown = async (uuid: string) => (await passona.call('GET', `${PATH}/${uuid}`)).body.data;

/** Makes a webhook here; answers with it and its id in the native API. */
const create = async (values: object = {}) => {
  const { body } = await passona.call('POST', PATH, { name: 'Example', url: 'https://crm.example.com', ...values });
  const { uuid } = body.data as { uuid: string };
  for await (const webhook of native().listAll()) if (webhook.uuid === uuid) return { uuid, id: webhook.id };
  throw new Error('The native API does not list the webhook.');
};

describe('a webhook of this API', () => {
  test('is in the native API subscribed to keyword.received, by POST and unsigned', async () => {
    const { id } = await create({ headers: { 'X-Key': 'k' } });
    expect(await native().get(id)).toMatchObject({
      name: 'Example',
      state: 'Active',
      events: ['keyword.received'],
      targetUrl: 'https://crm.example.com',
      httpMethod: 'POST',
      type: 'webhook',
      format: 'passona',
      properties: {},
      errorsEmail: null,
    });
    expect((await native().secret(id)).secret).toBeNull();
  });

  test('shows what the native API changed', async () => {
    const { id, uuid } = await create({ headers: { 'X-Key': 'k' } });
    await native().update(id, { name: 'Renamed', targetUrl: 'https://other.example.com', headers: { A: '1' } });
    expect(await shown(uuid)).toMatchObject({ name: 'Renamed', url: 'https://other.example.com', headers: { A: '1' } });
  });

  test('keeps what this API has no words for when it is edited here', async () => {
    const { id, uuid } = await create();
    const beyond = {
      events: ['keyword.received.win'],
      state: 'Stopped' as const,
      properties: { tenant: 7 },
      errorsEmail: 'ops@example.com',
      retry: { delaysSeconds: [1], jitter: 0 },
    };
    await native().update(id, beyond);
    await passona.call('PUT', `${PATH}/${uuid}`, { name: 'Renamed', headers: { B: '2' } });
    expect(await native().get(id)).toMatchObject({ ...beyond, name: 'Renamed' });
  });

  test('is gone here when the native API deleted it', async () => {
    const { id, uuid } = await create();
    await native().delete(id);
    expect((await passona.call('GET', `${PATH}/${uuid}`)).status).toBe(404);
  });

  test('shows the values of its headers to those only who may change them', async () => {
    const { token: manager, accountId } = await passona.addToken(['manage']);
    const { token: reader } = await passona.addToken(['read'], accountId);
    const webhook = { name: 'Example', url: 'https://crm.example.com', headers: { 'X-Key': 'hush' } };
    const { uuid } = (await passona.call('POST', PATH, webhook, manager)).body.data;
    for (const path of [PATH, `${PATH}/${uuid}`]) {
      expect((await passona.call('GET', path, undefined, manager)).text).toContain('hush');
      const { text } = await passona.call('GET', path, undefined, reader);
      expect(text).toContain('X-Key');
      expect(text).not.toContain('hush');
    }
  });
});

describe('a webhook of the native API', () => {
  test('is shown, changed and deleted here like any other', async () => {
    const { id, uuid } = await native().create({
      name: 'native',
      events: ['contact.*'],
      targetUrl: 'https://crm.example.com/native',
      headers: { 'X-Key': 'k' },
      httpMethod: 'PUT',
    });
    expect(await shown(uuid)).toEqual({
      name: 'native',
      uuid,
      url: 'https://crm.example.com/native',
      headers: { 'X-Key': 'k' },
      links: [{ rel: 'self', uri: `${passona.pipeline.url}${PATH}/${uuid}` }],
    });
    await passona.call('PUT', `${PATH}/${uuid}`, { name: 'Renamed' });
    expect(await native().get(id)).toMatchObject({
      name: 'Renamed',
      events: ['contact.*'],
      httpMethod: 'PUT',
      format: 'standard',
    });
    expect((await passona.call('DELETE', `${PATH}/${uuid}`)).status).toBe(204);
    await expect(native().get(id)).rejects.toMatchObject({ status: 404 });
  });

  test('of this format is called back by POST only', async () => {
    const body = { name: 'n', events: ['keyword.received'], targetUrl: 'https://crm.example.com', format: 'passona' };
    expect(await native().create(body)).toMatchObject({ httpMethod: 'POST' });
    await expect(native().create({ ...body, httpMethod: 'GET' })).rejects.toMatchObject({ status: 422 });
  });
});

describe('a callback', () => {
  test('has the headers of the webhook in place of its own, and the properties at its end', async () => {
    const headers = { 'Content-Type': 'application/vnd.crm+json', 'user-agent': 'crm', 'X-Key': 'k' };
    const { id, uuid } = await create({ url: `${receiver.url}/in`, headers });
    await native().update(id, { properties: { tenant: 7, keyword: 'other' }, events: ['keyword.own'] });
    const before = receiver.requests.length;
    await passona.pipeline.client.events.publish({
      type: 'keyword.own',
      data: { keyword: 'WIN' },
      occurredAt: '2026-01-31T08:30:00Z',
    });
    const request = (await receiver.waitFor(before + 1))[before];
    expect(request?.headers).toMatchObject({
      'content-type': 'application/vnd.crm+json',
      'user-agent': 'crm',
      'x-key': 'k',
    });
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual([]);
    expect(request?.body).toBe(
      '{"keyword":"WIN","message":null,"sender":null,"received_at":"2026-01-31T08:30:00.000Z","tenant":7}',
    );
    await passona.call('DELETE', `${PATH}/${uuid}`);
  });

  test('of a test is a keyword that nobody can take for a real one', async () => {
    const { id } = await create({ url: receiver.url });
    const before = receiver.requests.length;
    expect(await native().test(id)).toMatchObject({ outcome: 'succeeded' });
    const request = (await receiver.waitFor(before + 1))[before];
    expect(JSON.parse(request?.body ?? '')).toEqual({
      keyword: 'TEST',
      message: `TEST of the webhook ${id}`,
      sender: '447700900000',
      received_at: expect.any(String),
      test: true,
      webhook: { id, name: 'Example' },
    });
  });

  test('tells every webhook of the account of every keyword', async () => {
    // Nothing may be called but the receiver of this test.
    const { data } = (await passona.call('GET', `${PATH}?per_page=100`)).body;
    for (const { uuid } of data) await passona.call('DELETE', `${PATH}/${uuid}`);
    const first = await create({ url: `${receiver.url}/one` });
    await create({ url: `${receiver.url}/two` });
    const before = receiver.requests.length;
    await passona.pipeline.client.events.publish({
      type: 'keyword.received',
      data: { keyword: 'WIN', webhooks_uuid: [first.uuid] },
    });
    const paths = (await receiver.waitFor(before + 2)).slice(before).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['/one', '/two']);
  });
});
