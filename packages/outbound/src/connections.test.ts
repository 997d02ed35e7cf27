import { describe, expect, test } from '@jest/globals';
import { createOutbound } from './create-outbound.ts';
import { closeAfterEach, post } from './testing/open-things.ts';
import { closed, latch, startHttp, startRaw } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

describe('connections', () => {
  test('one is used again for the next request', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound();
    for (let n = 0; n < 5; n += 1) expect(await sender.send(post(receiver.url))).toMatchObject({ status: 200 });
    expect(receiver.sockets).toHaveLength(1);
  });

  test('there are no more than allowed at a time, and every request is served', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound({ connectionsPerOrigin: 3 });
    const results = await Promise.all(Array.from({ length: 50 }, () => sender.send(post(receiver.url))));
    expect(results.every((result) => result.outcome === 'response')).toBe(true);
    expect(receiver.sockets).toHaveLength(3);
  });

  test('those that wait take over when connections fail', async () => {
    const receiver = await keep(startRaw((socket) => socket.resetAndDestroy()));
    const sender = outbound({ connectionsPerOrigin: 2 });
    const results = await Promise.all(Array.from({ length: 10 }, () => sender.send(post(receiver.url))));
    expect(results.map((result) => result.outcome === 'error' && result.code)).toEqual(
      Array(10).fill('connection_reset'),
    );
    expect(receiver.sockets).toHaveLength(10);
  });

  // These receivers never close of themselves. The limit of the test is below what undici takes when it is not told.
  test.each([
    ['announces nothing', ''],
    ['announces a day', 'keep-alive: timeout=86400\r\n'],
  ])(
    'one that is not used is closed, where the receiver %s',
    async (_what, header) => {
      const receiver = await keep(startRaw(`HTTP/1.1 200 OK\r\n${header}content-length: 0\r\n\r\n`));
      expect(await outbound({ keepAliveMs: 20 }).send(post(receiver.url))).toMatchObject({ status: 200 });
      await closed(receiver.sockets[0]);
    },
    3_000,
  );

  test('over all receivers the longest unused makes room', async () => {
    const receivers = await Promise.all([1, 2, 3].map(() => keep(startHttp((_request, response) => response.end()))));
    const sender = outbound({ maxIdleConnections: 2 });
    for (const receiver of receivers) await sender.send(post(receiver.url));
    await closed(receivers[0]?.sockets[0]);
    for (const receiver of receivers.slice(1)) await sender.send(post(receiver.url));
    expect(receivers.map((receiver) => receiver.sockets.length)).toEqual([1, 1, 1]);
  });

  test('a connection that closes just as it is used again costs neither a failure nor a second delivery', async () => {
    let requests = 0;
    const receiver = await keep(
      startRaw((socket, nth) => {
        requests = nth;
        socket.write(`HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\n${nth}`);
      }),
    );
    const sender = outbound();
    expect(await sender.send(post(receiver.url))).toMatchObject({ status: 200, body: '1' });

    // Once `end` calls back, the end of the connection has arrived here and nobody has read it. An immediate still runs
    // before anybody does, and the one that undici waits for runs after.
    const second = new Promise((resolve) => {
      receiver.sockets[0]?.end(() => setImmediate(() => resolve(sender.send(post(receiver.url)))));
    });
    expect(await second).toMatchObject({ status: 200, body: '2' });
    expect(requests).toBe(2);
    expect(receiver.sockets).toHaveLength(2);
  });

  test('a request that was written is not sent again', async () => {
    let requests = 0;
    const receiver = await keep(
      startRaw((socket, nth) => {
        requests = nth;
        if (nth === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else socket.destroy();
      }),
    );
    const sender = outbound();
    expect(await sender.send(post(receiver.url))).toMatchObject({ status: 200 });
    expect(await sender.send(post(receiver.url))).toMatchObject({
      outcome: 'error',
      code: 'connection_reset',
      message: 'the receiver closed the connection without a response',
    });
    expect(requests).toBe(2);
  });

  test('a receiver that says it closes is believed', async () => {
    const receiver = await keep(
      startRaw((socket, nth) => {
        socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${nth}`);
      }),
    );
    const sender = outbound();
    expect(await sender.send(post(receiver.url))).toMatchObject({ body: '1' });
    expect(await sender.send(post(receiver.url))).toMatchObject({ body: '2' });
  });
});

describe('shutdown', () => {
  test('closing waits for the request in flight and refuses new ones', async () => {
    const arrived = latch();
    const release = latch();
    const receiver = await keep(
      startHttp(async (_request, response) => {
        arrived.open();
        await release.opened;
        response.end('late');
      }),
    );
    const sender = createOutbound({ allowCidrs: ['127.0.0.0/8'] });
    const result = sender.send(post(receiver.url));
    await arrived.opened;
    let isClosed = false;
    const closing = sender.close().then(() => (isClosed = true));
    expect(await sender.send(post(receiver.url))).toMatchObject({ outcome: 'error', code: 'aborted' });
    expect(isClosed).toBe(false);
    release.open();
    expect(await result).toMatchObject({ outcome: 'response', body: 'late' });
    await closing;
    await closed(receiver.sockets[0]);
    await Promise.all([sender.close(), sender.destroy()]);
  });

  test('destroying ends what is in flight and what waits', async () => {
    const arrived = latch();
    const receiver = await keep(startHttp(() => arrived.open()));
    const sender = createOutbound({ allowCidrs: ['127.0.0.0/8'], connectionsPerOrigin: 1 });
    const results = [sender.send(post(receiver.url)), sender.send(post(receiver.url))];
    await arrived.opened;
    const closing = sender.close();
    await sender.destroy();
    for (const result of await Promise.all(results))
      expect(result).toMatchObject({ outcome: 'error', code: 'aborted' });
    await closing;
    await closed(receiver.sockets[0]);
    expect(receiver.sockets).toHaveLength(1);
  });

  test('closing leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const receiver = await keep(startRaw('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    const before = timers();
    const sender = createOutbound({ allowCidrs: ['127.0.0.0/8'] });
    const result = sender.send(post(receiver.url));
    expect(timers()).toBe(before + 1);
    await result;
    expect(timers()).toBe(before);
    await sender.close();
    expect(timers()).toBe(before);
  });
});
