import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { createPosthornClient, type PosthornClient } from './index.ts';
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

describe('health', () => {
  test('is asked for once: it is about this moment', async () => {
    server.answerWith({ status: 503, headers: { 'retry-after': '0' } });
    const before = server.requests.length;
    await expect(client.health()).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(before + 1);
  });
});

describe('readiness', () => {
  test('not ready is an answer that says what is missing, and is asked for once', async () => {
    const report = { status: 'not ready', service: 'api', checks: { database: 'no answer within 2000 ms' } };
    answerJson(report, 503);
    const before = server.requests.length;
    await expect(client.ready()).resolves.toEqual(report);
    expect(server.requests).toHaveLength(before + 1);
  });

  test("a gateway's 503 is not taken for a report", async () => {
    server.answerWith({ status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Unavailable</h1>' });
    await expect(client.ready()).rejects.toMatchObject({ code: 'unexpected_answer', status: 503 });
  });
});

describe('options', () => {
  test('publishing goes to ingestUrl, everything else to baseUrl', async () => {
    answerJson(ANSWER);
    const ingest = await startReceiver({ status: 202, body: '{"id":"evt_1","deliveries":2}' });
    try {
      const split = createPosthornClient({ baseUrl: server.url, ingestUrl: ingest.url, token: TOKEN });
      await expect(split.events.publish({ type: 'a.b', data: 1 })).resolves.toEqual({ id: 'evt_1', deliveries: 2 });
      await split.events.get('evt_1');
      expect(ingest.requests.map((request) => request.path)).toEqual(['/v1/events']);
      expect(last().path).toBe('/v1/events/evt_1');
    } finally {
      await ingest.close();
    }
  });

  test('a base address may have a path, with or without a slash at its end', async () => {
    answerJson(ANSWER);
    for (const baseUrl of [`${server.url}/posthorn`, `${server.url}/posthorn/`]) {
      await createPosthornClient({ baseUrl, token: TOKEN }).webhooks.get(7);
      expect(last().path).toBe('/posthorn/v1/webhooks/7');
    }
  });

  test('accountId names the account with every call, and with a stream of events', async () => {
    answerJson(ANSWER);
    const acting = createPosthornClient({ baseUrl: server.url, token: TOKEN, accountId: 3, retries: 0 });
    await acting.webhooks.get(7);
    expect(last().headers['posthorn-account']).toBe('3');
    server.answerWith({ status: 403, body: '{}' });
    const results = acting.events.publishStream([{ type: 'a.b', data: 1 }])[Symbol.asyncIterator]();
    await expect(results.next()).rejects.toThrow('403');
    expect([last().path, last().headers['posthorn-account']]).toEqual(['/v1/events/batch', '3']);
    answerJson(ANSWER);
    await client.webhooks.get(7);
    expect(last().headers['posthorn-account']).toBeUndefined();
  });

  test('userAgent replaces the default one', async () => {
    answerJson(ANSWER);
    await createPosthornClient({ baseUrl: server.url, token: TOKEN, userAgent: 'crm/2' }).health();
    expect(last().headers['user-agent']).toBe('crm/2');
  });

  test('the version is that of package.json', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(VERSION).toBe(manifest.version);
  });

  const good = { baseUrl: 'http://localhost:3000', token: TOKEN };
  test.each([
    ['an address without a scheme', { ...good, baseUrl: 'localhost:3000' }, /baseUrl/],
    ['an address of another scheme', { ...good, baseUrl: 'ftp://localhost' }, /baseUrl/],
    ['an address with a password', { ...good, baseUrl: 'http://me:hunter2@localhost' }, /baseUrl/],
    ['an address with a query', { ...good, baseUrl: 'http://localhost/?a=1' }, /baseUrl/],
    ['an ingest address that is none', { ...good, ingestUrl: '' }, /ingestUrl/],
    ['an empty token', { ...good, token: '' }, /token/],
    ['a token with a line break', { ...good, token: 'hunter2\n' }, /token/],
    ['an account that is none', { ...good, accountId: 0 }, /accountId/],
    ['a timeout of nothing', { ...good, timeoutMs: 0 }, /timeoutMs/],
    ['retries without end', { ...good, retries: Number.POSITIVE_INFINITY }, /retries/],
  ])('%s is refused by name and not shown', (_what, options, message) => {
    expect(() => createPosthornClient(options)).toThrow(message);
    expect(() => createPosthornClient(options)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });
});
