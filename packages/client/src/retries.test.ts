import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Receiver, Responder } from '@posthorn/testing';
import { createPosthornClient, PosthornApiError, type PosthornClient, PosthornConnectionError } from './index.ts';
import { inTurn, later, ok, reset } from './testing/answers.ts';
import { startTestClient } from './testing/start-test-client.ts';

let server: Receiver;
let client: PosthornClient;

beforeEach(async () => {
  ({ server, client } = await startTestClient());
});

afterEach(() => server.close());

const answerInTurn = (...answers: Responder[]) => server.answerWith(inTurn(...answers));

const event = { type: 'a.b', data: { n: 1 } };
const POST = [
  ['webhooks.create', () => client.webhooks.create({ name: 'n', events: ['*'], targetUrl: 'https://x.example' })],
  ['webhooks.test', () => client.webhooks.test(7)],
  ['webhooks.rotateSecret', () => client.webhooks.rotateSecret(7)],
  ['deliveries.retry', () => client.deliveries.retry('dlv_1')],
  ['accounts.create', () => client.accounts.create({ name: 'n' })],
  ['tokens.create', () => client.tokens.create(1, { name: 'n', scopes: ['read'] })],
  ['publish without a key', () => client.events.publish({ ...event, idempotencyKey: null })],
] as const;
const REPEATABLE = [
  ['GET', () => client.webhooks.get(7)],
  ['PATCH', () => client.webhooks.update(7, { name: 'n' })],
  ['DELETE', () => client.webhooks.delete(7)],
  ['publish', () => client.events.publish(event)],
] as const;

describe('an answer that says "later"', () => {
  test.each([...POST, ...REPEATABLE])('%s is sent again after 429 and 503, the same each time', async (_name, run) => {
    answerInTurn(later(429), later(503), ok);
    await run();
    expect(server.requests).toHaveLength(3);
    const [first, ...others] = server.requests.map(({ method, path, body }) => ({ method, path, body }));
    expect(others).toEqual([first, first]);
  });

  test('three retries are made by default, then the last answer is the error', async () => {
    server.answerWith(later(503));
    await expect(client.webhooks.get(7)).rejects.toMatchObject({ status: 503, retryAfterSeconds: 0 });
    expect(server.requests).toHaveLength(4);
  });

  test.each([0, 1])('as many retries are made as `retries` says (%i)', async (retries) => {
    server.answerWith(later(503));
    const few = createPosthornClient({ baseUrl: server.url, token: 't', retries });
    await expect(few.webhooks.get(7)).rejects.toBeInstanceOf(PosthornApiError);
    expect(server.requests).toHaveLength(retries + 1);
  });

  test.each([
    ['seconds', () => '1', 1000],
    ['an HTTP date', () => new Date(Date.now() + 2000).toUTCString(), 1000],
  ])('Retry-After in %s is waited for', async (_form, value, atLeastMs) => {
    answerInTurn(() => later(429, value()), ok);
    await client.webhooks.get(7);
    const [first, second] = server.requests;
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(atLeastMs - 10);
  });

  test('Retry-After may be longer than the limit of an attempt', async () => {
    answerInTurn(later(429, '1'), ok);
    const hasty = createPosthornClient({ baseUrl: server.url, token: 't', timeoutMs: 500 });
    await expect(hasty.webhooks.get(7)).resolves.toEqual({ ok: true });
  });

  test('an answer that asks for more than a minute is given to the caller at once, with its wish', async () => {
    server.answerWith(later(429, '61'));
    await expect(client.webhooks.get(7)).rejects.toMatchObject({ status: 429, retryAfterSeconds: 61 });
    expect(server.requests).toHaveLength(1);
  });

  test.each([400, 401, 404, 408, 409, 413, 422, 500])('%i is final', async (status) => {
    server.answerWith(later(status));
    await expect(client.webhooks.get(7)).rejects.toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a request that may have been carried out', () => {
  test.each(POST)('%s is not sent again after the connection broke', async (_name, run) => {
    answerInTurn(reset, ok);
    await expect(run()).rejects.toMatchObject({ name: 'PosthornConnectionError', code: 'ECONNRESET' });
    expect(server.requests).toHaveLength(1);
  });

  test.each(POST)('%s is not sent again after a gateway lost the answer', async (_name, run) => {
    answerInTurn(later(502), ok);
    await expect(run()).rejects.toMatchObject({ status: 502 });
    expect(server.requests).toHaveLength(1);
  });

  test.each(REPEATABLE)('%s is sent again, the same, after the connection broke', async (_name, run) => {
    answerInTurn(reset, ok);
    await run();
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]!.body).toBe(server.requests[0]!.body);
  });

  test.each([502, 504])('a publish is sent again after a gateway answered %i', async (status) => {
    answerInTurn(later(status), ok);
    await client.events.publish(event);
    expect(server.requests).toHaveLength(2);
  });

  test('a publish that is sent again has the same idempotency key', async () => {
    answerInTurn(reset, later(503), ok);
    await client.events.publish(event);
    const keys = server.requests.map((request) => JSON.parse(request.body).idempotencyKey);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[0]).toEqual(expect.any(String));
  });

  test('an answer that breaks off in the middle is not a success, and a POST is not sent again', async () => {
    answerInTurn((_request, response) => {
      response.writeHead(201, { 'content-length': '100' });
      response.write('{"id":', () => response.socket?.resetAndDestroy());
    }, ok);
    await expect(client.accounts.create({ name: 'n' })).rejects.toBeInstanceOf(PosthornConnectionError);
    expect(server.requests).toHaveLength(1);
  });
});
