import { describe, expect, test } from '@jest/globals';
import { closeAfterEach, post } from './testing/open-things.ts';
import { closed, startRaw, startTcp } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

describe('a response that is nothing but framing', () => {
  test.each([
    ['a chunk extension without an end', '5;'],
    ['trailers without an end', '0\r\n'],
  ])('%s is broken off, and not read until the deadline', async (_what, begin) => {
    const receiver = await keep(
      startTcp((socket) => {
        socket.once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${begin}`);
          const pour = () => {
            while (!socket.destroyed && socket.write('x'.repeat(65_536)));
          };
          socket.on('drain', pour);
          pour();
        });
      }),
    );
    expect(await outbound().send(post(receiver.url))).toMatchObject({
      outcome: 'error',
      code: expect.stringMatching(/^(?:invalid_response|headers_too_large)$/),
      status: 200,
    });
    await closed(receiver.sockets[0]);
    expect(receiver.sockets[0]?.bytesWritten).toBeLessThan(20_000_000);
  });

  test('a body of small chunks is no flood', async () => {
    const chunks = '1\r\nx\r\n'.repeat(16_384);
    const receiver = await keep(startRaw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`));
    const sender = outbound();
    for (let n = 0; n < 20; n += 1) {
      expect(await sender.send(post(receiver.url))).toMatchObject({ status: 200, bodyTruncated: false });
    }
    await sender.close();
  });
});
