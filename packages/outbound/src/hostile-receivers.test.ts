import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { closeAfterEach, post } from './testing/open-things.ts';
import { closed, latch, startHttp, startRaw, startTcp } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

async function answerOf(answer: Parameters<typeof startRaw>[0], method = 'POST') {
  const receiver = await keep(startRaw(answer));
  return outbound().send(post(receiver.url, { method }));
}

describe('what is not a response', () => {
  test.each([
    ['noise', '\x00\x01\x02\x03\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a status line that is none', 'ICY 200 OK\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
    ['a header with NUL', 'HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an upgrade that nobody asked for', 'HTTP/1.1 101 Up\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['a 100 that nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a flood of 1xx', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'.repeat(200)],
  ])('%s is an invalid response', async (_what, answer) => {
    const result = await answerOf(answer);
    expect(result).toMatchObject({ outcome: 'error', code: 'invalid_response', message: expect.any(String) });
    expect(result).not.toHaveProperty('status');
  });

  test('a chunk that is none breaks a response that had begun', async () => {
    expect(await answerOf('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')).toMatchObject({
      outcome: 'error',
      code: 'invalid_response',
      status: 200,
    });
  });

  test('a few 1xx before the response are heard and passed over', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'.repeat(3);
    expect(await answerOf(`${hints}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`)).toMatchObject({
      status: 200,
      body: 'ok',
      headers: { 'content-length': '2' },
    });
  });

  test.each([
    ['one header of 100 kB', `x: ${'y'.repeat(100_000)}\r\n`],
    ['a name of 100 kB', `${'y'.repeat(100_000)}: x\r\n`],
    ['20,000 headers', 'x: y\r\n'.repeat(20_000)],
  ])('%s is too much', async (_what, headers) => {
    expect(await answerOf(`HTTP/1.1 200 OK\r\n${headers}content-length: 0\r\n\r\n`)).toMatchObject({
      outcome: 'error',
      code: 'headers_too_large',
    });
  });

  test('headers named like parts of an object are plain headers', async () => {
    const result = await answerOf(
      'HTTP/1.1 200 OK\r\n__proto__: a\r\n__proto__: b\r\nconstructor: c\r\ntoString: d\r\ncontent-length: 0\r\n\r\n',
    );
    expect(result).toMatchObject({ status: 200, headers: { constructor: 'c', tostring: 'd' } });
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('an answer to a request that was not made yet is not taken for its answer', async () => {
    const stray = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil';
    const receiver = await keep(
      startRaw((socket, nth) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${nth}${nth === 1 ? stray : ''}`),
      ),
    );
    const sender = outbound();
    expect(await sender.send(post(receiver.url))).toMatchObject({ body: '1' });
    expect(await sender.send(post(receiver.url))).toMatchObject({ body: '2' });
    expect(receiver.sockets).toHaveLength(2);
  });
});

describe('a connection that ends too soon', () => {
  const head = (headers: string) => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`;

  test('without a byte', async () => {
    const result = await answerOf((socket) => socket.end());
    expect(result).toMatchObject({ outcome: 'error', code: 'connection_reset' });
    expect(result).not.toHaveProperty('status');
  });

  test('before the request is read', async () => {
    const receiver = await keep(startTcp((socket) => socket.destroy()));
    expect(await outbound().send(post(receiver.url))).toMatchObject({ outcome: 'error', code: 'connection_reset' });
  });

  test('in the middle of the headers', async () => {
    expect(await answerOf((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'))).toMatchObject({
      outcome: 'error',
      code: 'connection_reset',
    });
  });

  test.each([
    ['with a length, kept alive', head('content-length: 10')],
    ['with a length, not kept alive', head('content-length: 10\r\nconnection: close')],
    ['in chunks, kept alive', `${head('transfer-encoding: chunked')}5\r\n`],
    ['in chunks, not kept alive', `${head('transfer-encoding: chunked\r\nconnection: close')}5\r\n`],
  ])('in the middle of a body %s', async (_what, answer) => {
    const closing = {
      outcome: 'error',
      code: 'connection_reset',
      status: 200,
      message: 'the receiver closed the connection before the response body was complete',
    };
    expect(await answerOf((socket) => socket.end(`${answer}abc`))).toMatchObject(closing);
  });

  test('by a reset in the middle of a body', async () => {
    const sent = latch();
    const receiver = await keep(
      startRaw((socket) => {
        socket.write(`${head('content-length: 10')}abc`, () => sent.open());
      }),
    );
    const result = outbound().send(post(receiver.url));
    await sent.opened;
    receiver.sockets[0]?.resetAndDestroy();
    expect(await result).toMatchObject({ outcome: 'error', code: 'connection_reset' });
  });

  test('a body that ends with the connection is complete', async () => {
    expect(await answerOf((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'))).toMatchObject({
      outcome: 'response',
      body: 'all of it',
      bodyTruncated: false,
    });
  });

  test('nothing listens', async () => {
    const receiver = await startHttp(() => {});
    await receiver.close();
    expect(await outbound().send(post(receiver.url))).toMatchObject({ outcome: 'error', code: 'connection_refused' });
  });
});

describe('a body that is too much', () => {
  test('without an end is cut and the connection dropped', async () => {
    let written = 0;
    const receiver = await keep(
      startHttp((_request, response) => {
        const pour = () => {
          do written += 65_536;
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', pour);
        pour();
      }),
    );
    const result = await outbound().send(post(receiver.url));
    expect(result).toMatchObject({ outcome: 'response', status: 200, bodyTruncated: true, body: 'x'.repeat(16_384) });
    await closed(receiver.sockets[0]);
    expect(written).toBeGreaterThan(16_384);
  });

  test('of an announced length beyond reason is dropped likewise', async () => {
    const receiver = await keep(startRaw(`HTTP/1.1 200 OK\r\ncontent-length: 9000000000\r\n\r\n${'x'.repeat(20_000)}`));
    expect(await outbound().send(post(receiver.url))).toMatchObject({ bodyTruncated: true });
    await closed(receiver.sockets[0]);
  });

  test('by a little is cut and the connection kept', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end('y'.repeat(40_000))));
    const sender = outbound();
    const small = post(receiver.url, { maxResponseBytes: 10 });
    for (let n = 0; n < 6; n += 1) {
      expect(await sender.send(small)).toMatchObject({ body: 'y'.repeat(10), bodyTruncated: true });
    }
    // One may begin while the rest of the one before is still being read, and so on a connection of its own.
    expect(receiver.sockets.length).toBeLessThanOrEqual(2);
    await sender.close();
  });

  test('and whose announced rest never comes is a response all the same, and its connection ends', async () => {
    const receiver = await keep(startRaw('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n0123456789abcdef'));
    const sender = outbound();
    expect(await sender.send(post(receiver.url, { maxResponseBytes: 10, timeoutMs: 200 }))).toMatchObject({
      outcome: 'response',
      body: '0123456789',
      bodyTruncated: true,
    });
    await closed(receiver.sockets[0]);
    await sender.close();
  });

  test('exactly as much as may be kept is not cut', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end('z'.repeat(16_384))));
    expect(await outbound().send(post(receiver.url))).toMatchObject({ body: 'z'.repeat(16_384), bodyTruncated: false });
  });
});

describe('a body that is no text', () => {
  test('is not decompressed: a bomb is a note', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const receiver = await keep(
      startHttp((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)),
    );
    const sender = outbound();
    expect(await sender.send(post(receiver.url))).toMatchObject({
      status: 200,
      body: `[gzip body, ${bomb.length} bytes]`,
      bodyTruncated: false,
    });
    expect(await sender.send(post(receiver.url, { maxResponseBytes: 100 }))).toMatchObject({
      body: '[gzip body, over 100 bytes]',
      bodyTruncated: true,
    });
  });

  test('can be stored: no NUL is left', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end(Buffer.from([0x61, 0x00, 0xff, 0x62]))));
    expect(await outbound().send(post(receiver.url))).toMatchObject({ body: 'a\uFFFD\uFFFDb' });
  });
});

describe('a receiver that does not read', () => {
  test('an early answer is taken, and the connection with the unread rest is not used again', async () => {
    const receiver = await keep(
      startTcp((socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write('HTTP/1.1 413 Too Large\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n');
        });
      }),
    );
    const body = Buffer.alloc(64 * 1024 * 1024);
    expect(await outbound().send(post(receiver.url, { body }))).toMatchObject({ outcome: 'response', status: 413 });
    const [socket] = receiver.sockets;
    const gone = socket?.closed ? Promise.resolve() : once(socket!, 'close');
    socket?.resume();
    await gone;
  });
});
