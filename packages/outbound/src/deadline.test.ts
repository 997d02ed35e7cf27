import { describe, expect, test } from '@jest/globals';
import { closeAfterEach, post } from './testing/open-things.ts';
import { closed, latch, startHttp, startRaw, startTcp } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();
const timeoutMs = 200;
const PATIENT_MS = 2000;

const timeout = (wait: string, withinMs = timeoutMs) => ({
  outcome: 'error',
  code: 'timeout',
  message: `no complete answer within ${withinMs} ms (${wait})`,
});

describe('the deadline', () => {
  test('ends the wait for a free connection, and leaves the connection to whom it belongs', async () => {
    const release = latch();
    const arrived = latch();
    let requests = 0;
    const receiver = await keep(
      startHttp(async (_request, response) => {
        requests += 1;
        arrived.open();
        await release.opened;
        response.end('mine');
      }),
    );
    const sender = outbound({ connectionsPerOrigin: 1 });
    const first = sender.send(post(receiver.url));
    await arrived.opened;
    expect(await sender.send(post(receiver.url, { timeoutMs }))).toMatchObject(
      timeout('waiting for a free connection'),
    );
    release.open();
    expect(await first).toMatchObject({ outcome: 'response', body: 'mine' });
    expect(await sender.send(post(receiver.url))).toMatchObject({ outcome: 'response', body: 'mine' });
    expect(receiver.sockets).toHaveLength(1);
    // What was reported as a failure is not sent after all.
    expect(requests).toBe(2);
  });

  test('ends a lookup that never answers, and what it answers later is not heard', async () => {
    const asked = latch<(error: null, addresses: { address: string; family: number }[]) => void>();
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound({ resolve: (_hostname, _options, callback) => asked.open(callback) });
    expect(await sender.send(post(`http://slow.example:${receiver.port}/`, { timeoutMs }))).toMatchObject(
      timeout('looking up the name'),
    );
    (await asked.opened)(null, [{ address: '127.0.0.1', family: 4 }]);
    await sender.close();
    expect(receiver.sockets).toHaveLength(0);
  });

  test('ends a TLS handshake that is not answered', async () => {
    const receiver = await keep(startTcp((socket) => socket.resume()));
    expect(await outbound().send(post(`https://127.0.0.1:${receiver.port}/`, { timeoutMs }))).toMatchObject(
      timeout('in the TLS handshake'),
    );
    await closed(receiver.sockets[0]);
  });

  test('ends a request that is not read', async () => {
    const receiver = await keep(startTcp((socket) => socket.pause()));
    const body = Buffer.alloc(64 * 1024 * 1024);
    expect(await outbound().send(post(receiver.url, { body, timeoutMs }))).toMatchObject(
      timeout('sending the request'),
    );
    receiver.sockets[0]?.resume();
    await closed(receiver.sockets[0]);
  });

  test('ends the wait for an answer', async () => {
    const receiver = await keep(startHttp(() => {}));
    const result = await outbound().send(post(receiver.url, { timeoutMs }));
    expect(result).toMatchObject(timeout('waiting for the response headers'));
    expect(result).not.toHaveProperty('status');
    expect(result.durationMs).toBeGreaterThanOrEqual(timeoutMs - 5);
    await closed(receiver.sockets[0]);
  });

  test.each([
    ['headers', 'HTTP/1.1 200 OK\r\nx: ', 'y', 10, 'waiting for the response headers', undefined],
    ['1xx answers', '', 'HTTP/1.1 103 Early Hints\r\n\r\n', 500, 'waiting for the response headers', undefined],
    ['a body', 'HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n', 'z', 10, 'reading the response body', 200],
  ])('ends %s that come a little at a time', async (_what, start, more, everyMs, wait, status) => {
    const receiver = await keep(
      startRaw((socket) => {
        socket.write(start);
        const drip = setInterval(() => socket.write(more), everyMs);
        socket.once('close', () => clearInterval(drip));
      }),
    );
    // Long enough for headers to arrive on a machine that is busy.
    const result = await outbound().send(post(receiver.url, { timeoutMs: PATIENT_MS }));
    expect(result).toMatchObject(timeout(wait, PATIENT_MS));
    expect((result as { status?: number }).status).toBe(status);
    await closed(receiver.sockets[0]);
  });

  test('leaves others alone: the next request to the same receiver has a connection of its own', async () => {
    let requests = 0;
    const receiver = await keep(
      startHttp((_request, response) => {
        requests += 1;
        if (requests > 1) response.end('well');
      }),
    );
    const sender = outbound({ connectionsPerOrigin: 1 });
    expect(await sender.send(post(receiver.url, { timeoutMs }))).toMatchObject({ code: 'timeout' });
    expect(await sender.send(post(receiver.url))).toMatchObject({ body: 'well' });
  });
});
