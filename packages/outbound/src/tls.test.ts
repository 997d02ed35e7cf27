import { describe, expect, test } from '@jest/globals';
import type { Lookup } from './outbound-types.ts';
import { closeAfterEach, post } from './testing/open-things.ts';
import { selfSigned } from './testing/self-signed-certificate.ts';
import { closed, startHttp, startTcp, startTls } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();
const toLoopback: Lookup = (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);

describe('a receiver with TLS', () => {
  test('a self-signed certificate is not trusted', async () => {
    const receiver = await keep(startTls());
    expect(await outbound().send(post(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({
      outcome: 'error',
      code: 'tls_failed',
      message: 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    });
    await closed(receiver.sockets[0]);
  });

  test('one of an authority that was added is, by name and by address, and the session is used again', async () => {
    const reused: boolean[] = [];
    const names: unknown[] = [];
    const receiver = await keep(
      startTls((socket) => {
        reused.push(socket.isSessionReused());
        names.push(socket.servername);
      }),
    );
    const sender = outbound({ extraCa: selfSigned.cert, resolve: toLoopback });
    const named = `https://receiver.test:${receiver.port}/`;
    expect(await sender.send(post(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({ status: 200 });
    expect(await sender.send(post(named, { headers: { connection: 'close' } }))).toMatchObject({ status: 200 });
    expect(await sender.send(post(named))).toMatchObject({ status: 200 });
    expect(await sender.send(post(`https://receiver.test.:${receiver.port}/`))).toMatchObject({ status: 200 });
    expect(names).toEqual([false, 'receiver.test', 'receiver.test', 'receiver.test']);
    expect(reused).toEqual([false, false, true, false]);
  });

  test('a connection is used for the next request', async () => {
    const receiver = await keep(startTls());
    const sender = outbound({ extraCa: selfSigned.cert });
    for (let n = 0; n < 3; n += 1) {
      expect(await sender.send(post(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({ status: 200 });
    }
    expect(receiver.sockets).toHaveLength(1);
  });

  test('a certificate for another name is refused, again and again', async () => {
    const receiver = await keep(startTls());
    const sender = outbound({ extraCa: selfSigned.cert, resolve: toLoopback });
    for (let n = 0; n < 2; n += 1) {
      expect(await sender.send(post(`https://other.test:${receiver.port}/`))).toMatchObject({
        outcome: 'error',
        code: 'tls_failed',
        message: 'the certificate was made for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
      });
    }
  });

  test('a receiver without TLS', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    expect(await outbound().send(post(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({
      outcome: 'error',
      code: 'tls_failed',
    });
  });

  test('a receiver that hangs up in the handshake', async () => {
    const receiver = await keep(startTcp((socket) => socket.once('data', () => socket.destroy())));
    expect(await outbound().send(post(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({
      outcome: 'error',
      code: 'connection_reset',
      message: 'the receiver closed the connection during the TLS handshake',
    });
  });
});
