import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Receiver, Responder } from '@posthorn/testing';
import { createPosthornClient, type PosthornClient } from './index.ts';
import { inTurn, later, ok } from './testing/answers.ts';
import { startTestClient } from './testing/start-test-client.ts';

let server: Receiver;
let client: PosthornClient;

beforeEach(async () => {
  ({ server, client } = await startTestClient());
});

afterEach(() => server.close());

const answerInTurn = (...answers: Responder[]) => server.answerWith(inTurn(...answers));

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
