import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Receiver } from '@posthorn/testing';
import type { PosthornClient } from './index.ts';
import { json } from './testing/answers.ts';
import { startTestClient, TOKEN } from './testing/start-test-client.ts';
import { VERSION } from './version.ts';

const ANSWER = { answer: 'as it came' };

let server: Receiver;
let client: PosthornClient;

beforeAll(async () => {
  ({ server, client } = await startTestClient());
});

afterAll(() => server.close());

const answerJson = (body: unknown, status = 200) => server.answerWith(json(body, status));

const last = () => server.requests[server.requests.length - 1]!;

const newWebhook = { name: 'CRM', events: ['contact.*'], targetUrl: 'https://crm.example.com/hooks' };

interface Case {
  call: string;
  run: (client: PosthornClient) => Promise<unknown>;
  method: string;
  path: string;
  body?: unknown;
}

const CASES: Case[] = [
  {
    call: 'webhooks.create',
    run: (c) => c.webhooks.create(newWebhook),
    method: 'POST',
    path: '/v1/webhooks',
    body: newWebhook,
  },
  { call: 'webhooks.list', run: (c) => c.webhooks.list(), method: 'GET', path: '/v1/webhooks' },
  {
    call: 'webhooks.list with filters',
    run: (c) => c.webhooks.list({ name: 'A & B/ü', event: 'a.b', state: 'Active', limit: 2, cursor: 'x=+' }),
    method: 'GET',
    path: '/v1/webhooks?name=A+%26+B%2F%C3%BC&event=a.b&state=Active&limit=2&cursor=x%3D%2B',
  },
  {
    call: 'webhooks.list with filters that are undefined',
    run: (c) => c.webhooks.list({ name: undefined, limit: 5 }),
    method: 'GET',
    path: '/v1/webhooks?limit=5',
  },
  { call: 'webhooks.get', run: (c) => c.webhooks.get(7), method: 'GET', path: '/v1/webhooks/7' },
  {
    call: 'webhooks.update',
    run: (c) => c.webhooks.update(7, { state: 'Active', errorsEmail: null }),
    method: 'PATCH',
    path: '/v1/webhooks/7',
    body: { state: 'Active', errorsEmail: null },
  },
  { call: 'webhooks.test', run: (c) => c.webhooks.test(7), method: 'POST', path: '/v1/webhooks/7/test' },
  { call: 'webhooks.secret', run: (c) => c.webhooks.secret(7), method: 'GET', path: '/v1/webhooks/7/secret' },
  {
    call: 'webhooks.rotateSecret',
    run: (c) => c.webhooks.rotateSecret(7),
    method: 'POST',
    path: '/v1/webhooks/7/secret/rotate',
    body: {},
  },
  {
    call: 'webhooks.rotateSecret with an overlap',
    run: (c) => c.webhooks.rotateSecret(7, { overlapSeconds: 0 }),
    method: 'POST',
    path: '/v1/webhooks/7/secret/rotate',
    body: { overlapSeconds: 0 },
  },
  {
    call: 'webhooks.deliveries',
    run: (c) => c.webhooks.deliveries(7, { limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/webhooks/7/deliveries?limit=3&cursor=c',
  },
  {
    call: 'events.publish',
    run: (c) =>
      c.events.publish({ type: 'a.b', data: { ü: 1 }, occurredAt: '2026-01-01T00:00:00Z', idempotencyKey: 'k-1' }),
    method: 'POST',
    path: '/v1/events',
    body: { type: 'a.b', data: { ü: 1 }, occurredAt: '2026-01-01T00:00:00Z', idempotencyKey: 'k-1' },
  },
  {
    call: 'events.publish without a key',
    run: (c) => c.events.publish({ type: 'a.b', data: null, idempotencyKey: null }),
    method: 'POST',
    path: '/v1/events',
    body: { type: 'a.b', data: null },
  },
  { call: 'events.get', run: (c) => c.events.get('evt_1'), method: 'GET', path: '/v1/events/evt_1' },
  { call: 'deliveries.get', run: (c) => c.deliveries.get('dlv_1'), method: 'GET', path: '/v1/deliveries/dlv_1' },
  {
    call: 'deliveries.retry',
    run: (c) => c.deliveries.retry('dlv_1'),
    method: 'POST',
    path: '/v1/deliveries/dlv_1/retry',
  },
  {
    call: 'webhooks.replay',
    run: (c) => c.webhooks.replay(7),
    method: 'POST',
    path: '/v1/webhooks/7/replay',
    body: {},
  },
  {
    call: 'webhooks.replay with a filter',
    run: (c) =>
      c.webhooks.replay(7, { since: '2026-01-01T00:00:00Z', status: ['held', 'succeeded'], eventType: 'contact.*' }),
    method: 'POST',
    path: '/v1/webhooks/7/replay',
    body: { since: '2026-01-01T00:00:00Z', status: ['held', 'succeeded'], eventType: 'contact.*' },
  },
  { call: 'replays.get', run: (c) => c.replays.get('rpl_1'), method: 'GET', path: '/v1/replays/rpl_1' },
  {
    call: 'replays.list',
    run: (c) => c.replays.list(7, { limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/webhooks/7/replays?limit=3&cursor=c',
  },
  {
    call: 'replays.cancel',
    run: (c) => c.replays.cancel('rpl_1'),
    method: 'POST',
    path: '/v1/replays/rpl_1/cancel',
  },
  {
    call: 'accounts.create',
    run: (c) => c.accounts.create({ name: 'Sales' }),
    method: 'POST',
    path: '/v1/accounts',
    body: { name: 'Sales' },
  },
  { call: 'accounts.list', run: (c) => c.accounts.list({ limit: 9 }), method: 'GET', path: '/v1/accounts?limit=9' },
  { call: 'accounts.get', run: (c) => c.accounts.get(3), method: 'GET', path: '/v1/accounts/3' },
  {
    call: 'tokens.create',
    run: (c) => c.tokens.create(3, { name: 'crm', scopes: ['publish'] }),
    method: 'POST',
    path: '/v1/accounts/3/tokens',
    body: { name: 'crm', scopes: ['publish'] },
  },
  {
    call: 'tokens.list',
    run: (c) => c.tokens.list(3, { cursor: 'c' }),
    method: 'GET',
    path: '/v1/accounts/3/tokens?cursor=c',
  },
  { call: 'health', run: (c) => c.health(), method: 'GET', path: '/healthz' },
  { call: 'ready', run: (c) => c.ready(), method: 'GET', path: '/readyz' },
];

describe('every call', () => {
  test.each(CASES)('$call sends $method $path and gives back the answer', async ({ run, method, path, body }) => {
    answerJson(ANSWER);
    const before = server.requests.length;
    await expect(run(client)).resolves.toEqual(ANSWER);
    expect(server.requests).toHaveLength(before + 1);
    const request = last();
    expect({ method: request.method, path: request.path }).toEqual({ method, path });
    expect(request.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(request.headers.accept).toBe('application/json');
    expect(request.headers['user-agent']).toBe(`posthorn-client/${VERSION}`);
    expect(request.headers['content-type']).toBe(body === undefined ? undefined : 'application/json');
    expect(request.body === '' ? undefined : JSON.parse(request.body)).toEqual(body);
  });

  test.each([
    { call: 'webhooks.delete', run: () => client.webhooks.delete(7), path: '/v1/webhooks/7' },
    { call: 'tokens.revoke', run: () => client.tokens.revoke('tok_1'), path: '/v1/tokens/tok_1' },
  ])('$call sends DELETE $path and gives back nothing', async ({ run, path }) => {
    server.answerWith({ status: 204 });
    await expect(run()).resolves.toBeUndefined();
    expect({ method: last().method, path: last().path, body: last().body }).toEqual({
      method: 'DELETE',
      path,
      body: '',
    });
  });

  test('a publish has a key of its own each time unless one is given', async () => {
    answerJson({ id: 'evt_1', deliveries: 0 }, 202);
    const before = server.requests.length;
    await client.events.publish({ type: 'a.b', data: 1 });
    await client.events.publish({ type: 'a.b', data: 1 });
    const keys = server.requests.slice(before).map((request) => JSON.parse(request.body).idempotencyKey);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });

  test.each(['..', '', 'dlv_1/retry', 'dlv_1?x', '%2e%2e'])(
    'an id that is none (%p) never becomes a path',
    async (id) => {
      const before = server.requests.length;
      await expect(async () => client.deliveries.get(id)).rejects.toThrow(TypeError);
      expect(server.requests).toHaveLength(before);
    },
  );

  test('data that JSON cannot hold is a TypeError of the caller and is not sent', async () => {
    const before = server.requests.length;
    await expect(client.events.publish({ type: 'a.b', data: 1n })).rejects.toThrow(TypeError);
    expect(server.requests).toHaveLength(before);
  });
});
