import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeId, encodeId } from '@posthorn/contracts';
import { endRequests, hashToken, newId, offerRequest } from '@posthorn/database';
import { createPosthornClient, type ListenerRequest, type PosthornClient } from '@posthorn/client';
import { createLatch, type Latch, waitUntil } from '@posthorn/testing';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let accountId: number;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  ({ accountId, token } = await api.account('manage', 'read'));
});

afterAll(() => api.close());

const makeListener = async (fields: object = {}) =>
  (await api.call('POST', '/v1/listeners', { token, body: { events: ['contact.*'], ...fields } })).body;

const clientOf = (value = token): PosthornClient =>
  createPosthornClient({ baseUrl: api.url, token: value, retries: 0 });

const OFFERED = { deliveryId: 'dlv_1', method: 'POST', path: '', headers: { a: 'b' }, body: 'e30=' };

const offer = async (webhookId: number, timeoutMs = 10_000): Promise<string> => {
  const id = newId();
  const request = JSON.stringify(OFFERED);
  const taken = await offerRequest(api.database, api.encryption, { id, webhookId, request, timeoutMs });
  return taken ? id : 'away';
};

interface Connected {
  requests: Latch<ListenerRequest>;
  connections: Latch<true>;
  ended: Promise<unknown>;
  stop(): void;
}

/** A client of a listener, which keeps what it gets and answers nothing. */
const connect = async (id: string): Promise<Connected> => {
  const requests = createLatch<ListenerRequest>('requests');
  const connections = createLatch<true>('connections');
  const controller = new AbortController();
  const read = async (): Promise<void> => {
    const options = { signal: controller.signal, onConnected: () => connections.push(true) };
    for await (const request of clientOf().listeners.requests(id, options)) requests.push(request);
  };
  const ended = read().catch((error: unknown) => error);
  await connections.waitFor(1);
  return { requests, connections, ended, stop: () => controller.abort() };
};

describe('a listener', () => {
  test('comes with a webhook of its own type, which lists show as any other', async () => {
    const listener = await makeListener({ name: 'laptop' });
    expect(listener).toMatchObject({ secret: expect.stringMatching(/^whsec_/), events: ['contact.*'] });
    const { body } = await api.call('GET', `/v1/webhooks/${listener.webhookId}`, { token });
    expect(body).toMatchObject({
      name: 'laptop',
      type: 'listen',
      targetUrl: `listen:${listener.id}`,
      state: 'Active',
      errorsEmail: null,
    });
    const audit = await api.call('GET', '/v1/audit?action=webhook.create&limit=1', { token });
    expect(audit.body.items[0].target).toEqual({ type: 'webhook', id: String(listener.webhookId), name: 'laptop' });
  });

  test('goes with its webhook, and its webhook with it', async () => {
    const one = await makeListener();
    expect((await api.call('DELETE', `/v1/listeners/${one.id}`, { token })).status).toBe(204);
    expect((await api.call('GET', `/v1/webhooks/${one.webhookId}`, { token })).status).toBe(404);
    expect((await api.call('DELETE', `/v1/listeners/${one.id}`, { token })).status).toBe(404);
    const other = await makeListener();
    await api.call('DELETE', `/v1/webhooks/${other.webhookId}`, { token });
    expect((await api.call('GET', `/v1/listeners/${other.id}/requests`, { token })).body.code).toBe('not_found');
  });

  test('is nothing to another account, nor to a token that may only read', async () => {
    const { id } = await makeListener();
    const stranger = await api.account('manage');
    const reader = await api.tokenOf(accountId, 'read');
    const answer = { requestId: encodeId('listenerRequest', newId()), status: 204 };
    for (const [value, status] of [
      [stranger.token, 404],
      [reader, 403],
      ['ph_none', 401],
    ] as const) {
      expect((await api.call('GET', `/v1/listeners/${id}/requests`, { token: value })).status).toBe(status);
      const answered = await api.call('POST', `/v1/listeners/${id}/answers`, { token: value, body: answer });
      expect(answered.status).toBe(status);
      expect((await api.call('DELETE', `/v1/listeners/${id}`, { token: value })).status).toBe(status);
    }
  });

  test.each([{ type: 'listen' }, { type: 'LISTEN' }])('is not made by making a webhook of type %j', async (fields) => {
    const body = { name: 'n', events: ['a'], targetUrl: 'https://example.com/', ...fields };
    const answer = await api.call('POST', '/v1/webhooks', { token, body });
    expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [{ path: '/type', code: 'type.listen' }] });
  });

  test('keeps type and target of its webhook; what else there is may change', async () => {
    const { webhookId } = await makeListener();
    const patch = (body: object) => api.call('PATCH', `/v1/webhooks/${webhookId}`, { token, body });
    expect((await patch({ type: 'webhook', targetUrl: 'https://example.com/' })).body.errors).toEqual([
      expect.objectContaining({ path: '/type', code: 'type.listen' }),
    ]);
    expect((await patch({ targetUrl: 'listen:lsn_other' })).body.errors).toEqual([
      expect.objectContaining({ path: '/targetUrl', code: 'targetUrl.listen' }),
    ]);
    expect((await patch({ events: ['order.*'], name: 'renamed' })).body).toMatchObject({ name: 'renamed' });
    const other = await api.webhook(token);
    const changed = await api.call('PATCH', `/v1/webhooks/${other.id}`, { token, body: { type: 'listen' } });
    expect(changed.body.errors[0]).toMatchObject({ path: '/type', code: 'type.listen' });
  });
});

describe('the client of a listener', () => {
  test('gets the requests that wait and those that come, and its answers are kept', async () => {
    const { id, webhookId } = await makeListener();
    const early = await offer(webhookId);
    const client = await connect(id);
    const [first] = await client.requests.waitFor(1);
    expect(first).toMatchObject({ ...OFFERED, id: encodeId('listenerRequest', early) });
    expect(Date.parse(first?.deadline ?? '')).toBeGreaterThan(Date.now());
    const late = await offer(webhookId);
    await client.requests.waitFor(2);
    const requestId = encodeId('listenerRequest', late);
    await clientOf().listeners.answer(id, { requestId, status: 200, headers: { x: ['1', '2'] }, body: 'b2s=' });
    const answers = await endRequests(api.database, api.encryption, [early, late]);
    expect([...answers]).toEqual([[late, '{"status":200,"headers":{"x":["1","2"]},"body":"b2s="}']]);
    // Nobody waits for it any more: no error.
    await clientOf().listeners.answer(id, { requestId, status: 500 });
    client.stop();
    expect(await client.ended).toMatchObject({ name: 'AbortError' });
  });

  test('keeps the listener alive for as long as it is connected', async () => {
    const { id, webhookId } = await makeListener();
    const client = await connect(id);
    const key = { id: decodeId('listener', id) ?? '' };
    await api.database.prisma.listener.update({ where: key, data: { seenAt: new Date(Date.now() - 60_000) } });
    await waitUntil('it is seen again', async () => (await offer(webhookId, 500)) !== 'away');
    client.stop();
    await client.ended;
  });

  test('gives way to one that comes later', async () => {
    const { id, webhookId } = await makeListener();
    const first = await connect(id);
    await offer(webhookId);
    const [had] = await first.requests.waitFor(1);
    const second = await connect(id);
    const [again] = await second.requests.waitFor(1);
    expect(again?.id).toBe(had?.id);
    expect(await first.ended).toMatchObject({ name: 'PosthornApiError', code: 'conflict' });
    second.stop();
    await second.ended;
  });

  test('is let go when its token is revoked', async () => {
    const { id } = await makeListener();
    const own = await api.tokenOf(accountId, 'manage');
    const connected = createLatch<true>('connections');
    const options = { onConnected: () => connected.push(true) };
    const next = clientOf(own).listeners.requests(id, options)[Symbol.asyncIterator]().next();
    const ended = next.catch((error: unknown) => error);
    await connected.waitFor(1);
    const where = { accountId, hash: hashToken(own) };
    await api.database.prisma.token.updateMany({ where, data: { revoked: new Date() } });
    expect(await ended).toMatchObject({ name: 'PosthornApiError', status: 401 });
  });

  test('is told when the listener is deleted', async () => {
    const { id } = await makeListener();
    const client = await connect(id);
    await clientOf().listeners.delete(id);
    expect(await client.ended).toMatchObject({ name: 'PosthornApiError', code: 'not_found' });
  });

  test.each([
    [{ status: 99 }, '/status'],
    [{ status: 200, body: 'no base64!' }, '/body'],
    [{ error: { code: 'other', message: 'm' } }, '/error/code'],
    [{ status: 200, error: { code: 'timeout', message: 'm' } }, ''],
    [{}, ''],
  ])('is told what is wrong with an answer such as %j', async (fields, path) => {
    const { id } = await makeListener();
    const body = { requestId: encodeId('listenerRequest', newId()), ...fields };
    const answer = await api.call('POST', `/v1/listeners/${id}/answers`, { token, body });
    expect(answer.body).toMatchObject({ code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });
});

test('an API that stops ends the streams of its listeners', async () => {
  const other = await startTestApi();
  const own = await other.account('manage');
  const client = createPosthornClient({ baseUrl: other.url, token: own.token, retries: 0 });
  const { id } = await client.listeners.create({ events: ['*'] });
  const lost = createLatch<Error>('losses');
  const connected = createLatch<true>('connections');
  const controller = new AbortController();
  const options = {
    signal: controller.signal,
    onConnected: () => connected.push(true),
    onLost: (error: Error) => lost.push(error),
  };
  const ended = client.listeners
    .requests(id, options)
    [Symbol.asyncIterator]()
    .next()
    .catch((error: unknown) => error);
  await connected.waitFor(1);
  await other.close();
  await lost.waitFor(1);
  controller.abort();
  expect(await ended).toMatchObject({ name: 'AbortError' });
});
