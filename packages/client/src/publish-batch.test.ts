import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Receiver } from '@posthorn/testing';
import type { PosthornClient, PublishEventInput, PublishResult } from './index.ts';
import { inTurn, json, later, reset } from './testing/answers.ts';
import { startTestClient } from './testing/start-test-client.ts';

let server: Receiver;
let client: PosthornClient;
let before = 0;

beforeAll(async () => {
  ({ server, client } = await startTestClient());
});
beforeEach(() => {
  before = server.requests.length;
});
afterAll(() => server.close());

const events = (count: number, values: object = {}): PublishEventInput[] =>
  Array.from({ length: count }, (_, n) => ({ type: 'a.b', data: n, ...values }));

const sent = () =>
  server.requests
    .slice(before)
    .map(({ body }) => (JSON.parse(body) as { events: { data: number; idempotencyKey?: string }[] }).events);

const failure = (code: string): PublishResult => ({ error: { code, detail: 'no' } });
const published = (data: number): PublishResult => ({ id: `evt_${data}`, deliveries: 0 });

/** Answers each request by what its events are; `fate` says what becomes of one. */
const answerEach = (fate: (data: number, nth: number) => PublishResult = published) =>
  server.answerWith((request, _response, nth) => {
    const { events: asked } = JSON.parse(request.body) as { events: { data: number }[] };
    return json({ accepted: 0, failed: 0, results: asked.map(({ data }) => fate(data, nth - before)) }, 202);
  });

describe('publishing a batch', () => {
  test('is one request, and gives a result for each event in order', async () => {
    answerEach((data) => (data === 1 ? failure('validation_failed') : published(data)));
    const results = await client.events.publishBatch(events(3));
    expect(results).toEqual([published(0), failure('validation_failed'), published(2)]);
    const [request] = server.requests.slice(before);
    expect([request?.method, request?.path, request?.headers['content-type']]).toEqual([
      'POST',
      '/v1/events/batch',
      'application/json',
    ]);
    const keys = sent()
      .flat()
      .map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('of nothing asks for nothing', async () => {
    expect(await client.events.publishBatch([])).toEqual([]);
    expect(sent()).toEqual([]);
  });

  test('is split where it holds more than 1,000 events or 8 MiB', async () => {
    answerEach();
    const results = await client.events.publishBatch(events(2500));
    expect(results).toEqual(Array.from({ length: 2500 }, (_, n) => published(n)));
    expect(sent().map((part) => part.length)).toEqual([1000, 1000, 500]);
    before = server.requests.length;
    await client.events.publishBatch(events(3, { type: 'x'.repeat(4 * 1024 * 1024) }));
    expect(sent().map((part) => part.length)).toEqual([1, 1, 1]);
  });

  test('tries the events again that found the database away, with the same keys, and only those that have one', async () => {
    answerEach((data, nth) => (nth === 1 && data !== 1 ? failure('unavailable') : published(data)));
    const [keyed, other, keyless] = [...events(2), { type: 'a.b', data: 2, idempotencyKey: null }];
    expect(await client.events.publishBatch([keyed!, other!, keyless!])).toEqual([
      published(0),
      published(1),
      failure('unavailable'),
    ]);
    expect(sent().map((part) => part.map(({ data }) => data))).toEqual([[0, 1, 2], [0]]);
    expect(sent()[1]?.[0]?.idempotencyKey).toBe(sent()[0]?.[0]?.idempotencyKey);
  });

  test('is sent again after a lost connection when every event has a key', async () => {
    server.answerWith(inTurn(reset));
    await expect(client.events.publishBatch(events(2, { idempotencyKey: null }))).rejects.toMatchObject({
      name: 'PosthornConnectionError',
    });
    expect(server.requests).toHaveLength(before + 1);
    before = server.requests.length;
    server.answerWith((request, response, nth) => {
      if (nth === before + 1) {
        response.socket?.resetAndDestroy();
        return;
      }
      const asked = (JSON.parse(request.body) as { events: { data: number }[] }).events;
      return json({ results: asked.map(({ data }) => published(data)) }, 202);
    });
    expect(await client.events.publishBatch(events(2))).toEqual([published(0), published(1)]);
    expect(server.requests).toHaveLength(before + 2);
    expect(sent()[1]).toEqual(sent()[0]);
  });

  test('an overloaded server is asked again, and a refusal is an error', async () => {
    server.answerWith((request, _response, nth) => {
      if (nth === before + 1) return later(503);
      const asked = (JSON.parse(request.body) as { events: { data: number }[] }).events;
      return json({ results: asked.map(({ data }) => published(data)) }, 202);
    });
    expect(await client.events.publishBatch(events(1))).toEqual([published(0)]);
    server.answerWith(json({ code: 'forbidden', detail: 'no' }, 403));
    await expect(client.events.publishBatch(events(1))).rejects.toMatchObject({ status: 403, code: 'forbidden' });
  });

  test('what was published is told, whatever happens to the rest', async () => {
    server.answerWith((request, _response, nth) => {
      if (nth > before + 1) return json({ code: 'forbidden', detail: 'no' }, 403);
      const asked = (JSON.parse(request.body) as { events: { data: number }[] }).events;
      return json({ results: asked.map(({ data }) => published(data)) }, 202);
    });
    const results = await client.events.publishBatch(events(2100));
    expect(results.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, n) => published(n)));
    expect(results.slice(1000)).toEqual(Array(1100).fill(failure('forbidden')));
    expect(server.requests).toHaveLength(before + 2);
  });
});
