import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Receiver } from '@posthorn/testing';
import type { PosthornClient } from './index.ts';
import { json } from './testing/answers.ts';
import { CASES, DELETIONS } from './testing/call-cases.ts';
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

  test.each(DELETIONS)('$call sends DELETE $path and gives back nothing', async ({ run, path }) => {
    server.answerWith({ status: 204 });
    await expect(run(client)).resolves.toBeUndefined();
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
