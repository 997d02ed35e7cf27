import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { startReceiver } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

const FAILURES = 10;
const CALLS = 12;
const EVENTS = 5;

let pipeline: TestPipeline;

beforeAll(async () => {
  pipeline = await startTestPipeline({
    AUTH_FAILURES_PER_MINUTE: String(FAILURES),
    API_CALLS_PER_MINUTE: String(CALLS),
    INGEST_EVENTS_PER_SECOND: String(EVENTS),
    // So that a test may be as many clients as it likes.
    TRUST_PROXY: '1',
  });
});
afterAll(() => pipeline.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A first call of every API, where its token goes, and its words for 429. */
const APIS: {
  api: string;
  method: string;
  path: string;
  auth(token: string): Record<string, string>;
  body: unknown;
}[] = [
  {
    api: 'native',
    method: 'GET',
    path: '/v1/webhooks',
    auth: bearer,
    body: { code: 'too_many_requests', status: 429 },
  },
  {
    api: 'superoffice',
    method: 'GET',
    path: '/api/v1/Webhook',
    auth: bearer,
    body: { Error: true, ErrorType: 'SoException', ErrorSource: 'Posthorn' },
  },
  {
    api: 'sonar',
    method: 'GET',
    path: '/api/v1/webhooks',
    auth: (token) => ({ 'x-token': token }),
    body: { error: 'Too Many Requests' },
  },
  { api: 'passona', method: 'GET', path: '/api/2.0/webhooks', auth: bearer, body: { message: 'Too Many Attempts.' } },
  {
    api: 'wooxy',
    method: 'POST',
    path: '/v3/webhook/list',
    auth: (token) => ({ 'access-token': token }),
    body: { result: false, errors: ['Bad Request'] },
  },
];

let clients = 0;
const newAddress = (): string => `198.51.100.${(clients += 1)}`;

const newAccount = async (): Promise<string> => {
  const admin = createPosthornClient({ baseUrl: pipeline.url, token: pipeline.adminToken });
  const { id } = await admin.accounts.create({ name: 'limited' });
  return (await admin.tokens.create(id, { name: 'all', scopes: ['manage', 'publish', 'read'] })).token;
};

const send = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
  const response = await fetch(`${pipeline.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? null : JSON.parse(text)) as unknown,
  };
};

const expectLimited = ({ status, headers, body }: Awaited<ReturnType<typeof send>>, wanted: unknown): void => {
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(body).toMatchObject(wanted as Record<string, unknown>);
};

describe.each(APIS)('the API $api', ({ method, path, auth, body }) => {
  test('answers wrong tokens with 429 beyond the limit of their address, in its own words; a right token is served', async () => {
    const address = newAddress();
    const call = (token: string, from = address) => send(method, path, { ...auth(token), 'x-forwarded-for': from });
    for (let nth = 0; nth < FAILURES; nth += 1) expect((await call(`wrong-token-${nth}`)).status).toBe(401);
    // A busy machine may take so long for these that some more are let through.
    const more = [];
    for (let nth = 0; nth < FAILURES; nth += 1) more.push(await call('wrong-token'));
    const limited = more.filter(({ status }) => status !== 401);
    expect(limited.length).toBeGreaterThanOrEqual(1);
    limited.forEach((answer) => expectLimited(answer, body));
    expect((await call(await newAccount())).status).toBe(200);
    expect((await call('wrong-token', newAddress())).status).toBe(401);
  });

  test('answers an account that calls too much with 429, and no other account', async () => {
    const [busy, other] = [await newAccount(), await newAccount()];
    const call = (token: string) => send(method, path, auth(token));
    const answers = [];
    for (let nth = 0; nth < CALLS + 15; nth += 1) answers.push(await call(busy));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(1);
    limited.forEach((answer) => expectLimited(answer, body));
    expect(answers.slice(0, CALLS).every(({ status }) => status === 200)).toBe(true);
    expect((await call(other)).status).toBe(200);
  });
});

describe('publishing', () => {
  test('of more events than an account may is 429 for one and for a batch, and what got 202 is delivered', async () => {
    const receiver = await startReceiver();
    const token = await newAccount();
    const { webhooks } = createPosthornClient({ baseUrl: pipeline.url, token });
    await webhooks.create(webhookTo(receiver.url));
    const publish = (path: string, content: unknown) => send('POST', path, bearer(token), content);
    // More than there is room for, taken in one: the next ones wait for it.
    const events = Array.from({ length: 40 * EVENTS }, (_, nth) => contactEvent(nth));
    expect((await publish('/v1/events/batch', { events })).status).toBe(202);
    expectLimited(await publish('/v1/events', contactEvent(0)), { code: 'too_many_requests' });
    expectLimited(await publish('/v1/events/batch', { events }), { code: 'too_many_requests' });
    const requests = await receiver.waitFor(events.length, 60_000);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(events.length);
    await receiver.close();
  });

  test('as a stream is slowed down and loses nothing', async () => {
    const token = await newAccount();
    const client = createPosthornClient({ baseUrl: pipeline.url, token });
    const events = Array.from({ length: 3 * EVENTS }, (_, nth) => contactEvent(nth));
    const startedAt = performance.now();
    const lines = events.map((event) => `${JSON.stringify(event)}\n`);
    const half = EVENTS * 2;
    const post = async (text: string) => {
      const headers = { ...bearer(token), 'content-type': 'application/x-ndjson' };
      const response = await fetch(`${pipeline.url}/v1/events/batch`, { method: 'POST', headers, body: text });
      return (await response.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    // The first one takes twice what there is; the second has to wait until that is made good.
    const results = [...(await post(lines.slice(0, half).join(''))), ...(await post(lines.slice(half).join('')))];
    expect(results.filter((line) => 'id' in line)).toHaveLength(events.length);
    expect(results.filter((line) => 'end' in line)).toMatchObject([
      { end: { reason: 'complete', accepted: half, failed: 0 } },
      { end: { reason: 'complete', accepted: EVENTS, failed: 0 } },
    ]);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect((await client.webhooks.list()).items).toEqual([]);
  });
});

test('the metrics say what was limited', async () => {
  const text = await (await fetch(`${pipeline.url}/metrics`)).text();
  for (const limit of ['auth_failures', 'api_calls', 'events']) {
    const [, count] = new RegExp(`^posthorn_limited_total\\{limit="${limit}"\\} (\\d+)$`, 'm').exec(text) ?? [];
    expect(Number(count)).toBeGreaterThan(0);
  }
  expect(text).toMatch(/^posthorn_auth_failures_total \d+$/m);
});
