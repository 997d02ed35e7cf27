import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Receiver, type Responder, startReceiver } from '@posthorn/testing';
import { createPosthornClient, PosthornApiError, type PosthornClient, PosthornConnectionError } from './index.ts';

let server: Receiver;
let client: PosthornClient;

beforeEach(async () => {
  server = await startReceiver();
  client = createPosthornClient({ baseUrl: server.url, token: 'tok-secret' });
});

afterEach(() => server.close());

const later = (status: number, retryAfter = '0') => ({ status, headers: { 'retry-after': retryAfter } });
const ok = { status: 200, body: '{"ok":true}' };
/** The connection breaks once the whole request has been read. */
const reset: Responder = (_request, response) => {
  response.socket?.resetAndDestroy();
};
/** One answer after the other; the last one again and again. */
const answerInTurn = (...answers: Responder[]) =>
  server.answerWith((request, response, nth) => {
    const answer = answers[Math.min(nth, answers.length) - 1]!;
    return typeof answer === 'function' ? answer(request, response, nth) : answer;
  });

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

/** A port that nothing listens on. */
const closedPort = async (): Promise<number> => {
  const taken = createTcpServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return port;
};

describe('a server that is not there', () => {
  test('a POST that was refused a connection is tried again and arrives once', async () => {
    const port = await closedPort();
    const arrived: string[] = [];
    const late = createServer((request, response) => {
      arrived.push(`${request.method} ${request.url}`);
      response.end('{"id":1}');
    });
    // The server comes up as soon as the first connection has been refused.
    const onSocket = (message: unknown): void => {
      unsubscribe('net.client.socket', onSocket);
      (message as { socket: Socket }).socket.once('error', () => late.listen(port, '127.0.0.1'));
    };
    subscribe('net.client.socket', onSocket);
    try {
      const early = createPosthornClient({ baseUrl: `http://127.0.0.1:${port}`, token: 't' });
      await expect(early.accounts.create({ name: 'n' })).resolves.toEqual({ id: 1 });
      expect(arrived).toEqual(['POST /v1/accounts']);
    } finally {
      unsubscribe('net.client.socket', onSocket);
      await new Promise((resolve) => {
        late.close(resolve);
        late.closeAllConnections();
      });
    }
    expect(channel('net.client.socket').hasSubscribers).toBe(false);
  });

  test('when it stays away the error says so, after all retries', async () => {
    const port = await closedPort();
    let connections = 0;
    const count = (): void => {
      connections += 1;
    };
    subscribe('net.client.socket', count);
    try {
      const alone = createPosthornClient({ baseUrl: `http://127.0.0.1:${port}`, token: 't', retries: 1 });
      await expect(alone.webhooks.get(7)).rejects.toMatchObject({
        name: 'PosthornConnectionError',
        code: 'ECONNREFUSED',
        requestMethod: 'GET',
        requestPath: '/v1/webhooks/7',
        cause: expect.objectContaining({ code: 'ECONNREFUSED', port }),
      });
      expect(connections).toBe(2);
    } finally {
      unsubscribe('net.client.socket', count);
    }
  });
});

describe('time limits', () => {
  const silent: Responder = () => {};

  test('the limit is for each attempt: one that hangs is given up and the next one has time of its own', async () => {
    answerInTurn(silent, silent, ok);
    const hasty = createPosthornClient({ baseUrl: server.url, token: 't', timeoutMs: 300 });
    await expect(hasty.webhooks.get(7)).resolves.toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
  });

  test('a POST that got no answer in time is an error and is not sent again', async () => {
    server.answerWith(silent);
    const hasty = createPosthornClient({ baseUrl: server.url, token: 't', timeoutMs: 100 });
    await expect(hasty.accounts.create({ name: 'n' })).rejects.toMatchObject({
      name: 'PosthornConnectionError',
      code: 'ETIMEDOUT',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('the limit holds for a body that never ends', async () => {
    server.answerWith((_request, response) => {
      response.writeHead(200).write('{');
    });
    const hasty = createPosthornClient({ baseUrl: server.url, token: 't', timeoutMs: 100, retries: 0 });
    await expect(hasty.webhooks.get(7)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  test('the test of a webhook may outlast the limit: it waits for a receiver', async () => {
    const hasty = createPosthornClient({ baseUrl: server.url, token: 't', timeoutMs: 100 });
    // The answer comes once a call that started later has run into the limit.
    server.answerWith(async (request) => {
      if (!request.path.endsWith('/test')) return;
      await hasty.accounts.create({ name: 'n' }).catch(() => {});
      return { status: 200, body: '{"outcome":"succeeded"}' };
    });
    await expect(hasty.webhooks.test(7)).resolves.toEqual({ outcome: 'succeeded' });
  });
});

describe('a signal', () => {
  test('that has fired sends nothing', async () => {
    const reason = new Error('not needed any more');
    await expect(client.webhooks.get(7, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });

  test('ends a request in flight with its reason, and nothing is sent again', async () => {
    server.answerWith(() => {});
    const controller = new AbortController();
    const call = client.webhooks.get(7, { signal: controller.signal });
    await server.waitFor(1);
    const reason = new Error('not needed any more');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test('ends the wait for another try', async () => {
    const controller = new AbortController();
    server.answerWith((_request, response) => {
      // Once the answer has left and the connection is idle again, the client waits.
      response.on('close', () => setImmediate(() => controller.abort()));
      return later(503, '60');
    });
    await expect(client.webhooks.get(7, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests).toHaveLength(1);
  });
});
