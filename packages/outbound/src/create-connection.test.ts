import { describe, expect, test } from '@jest/globals';
import { connect, Socket } from 'node:net';
import { createConnection, type ConnectionEvents } from './create-connection.ts';
import type { Exchange } from './exchange.ts';
import { closeAfterEach } from './testing/open-things.ts';
import { latch, startRaw } from './testing/start-receiver.ts';

const { keep } = closeAfterEach();
const silent: ConnectionEvents = { onResponse() {}, onFailure() {}, onEnd() {}, onFree() {}, onGone() {} };

function exchangeTo(origin: string): Exchange {
  return { dispatch: { origin, path: '/', method: 'GET' }, maxResponseBytes: 10 } as Exchange;
}

describe('a connection', () => {
  test('destroys a socket that is still being made', async () => {
    const socket = new Socket();
    const connection = createConnection(
      {
        origin: new URL('http://93.184.216.34'),
        keepAliveMs: 1_000,
        openSocket(target) {
          target.onPhase('connecting');
          return socket;
        },
      },
      silent,
    );
    connection.run(exchangeTo('http://93.184.216.34'));
    expect(connection.describeWait()).toBe('connecting');
    expect(connection.status()).toBe(0);
    await connection.destroy();
    expect(socket.destroyed).toBe(true);
  });

  test('reports that it is gone when the receiver closes it between two requests, so that nothing keeps it', async () => {
    const receiver = await keep(startRaw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    const free = latch();
    const gone = latch<unknown>();
    const responses: unknown[] = [];
    const connection = createConnection(
      {
        origin: new URL(receiver.url),
        keepAliveMs: 60_000,
        openSocket(target, done) {
          const socket = connect(target.port, target.hostname, () => done(null, socket));
          return socket;
        },
      },
      {
        ...silent,
        onResponse: (_exchange, response) => void responses.push(response),
        onFree: () => free.open(),
        onGone: gone.open,
      },
    );
    connection.run(exchangeTo(receiver.url));
    await free.opened;
    expect(responses).toMatchObject([{ status: 200, body: 'ok', bodyTruncated: false }]);
    receiver.sockets[0]?.end();
    expect(await gone.opened).toBe(connection);
    await connection.destroy();
  });
});
