import { describe, expect, test } from '@jest/globals';
import type { Lookup } from './outbound-types.ts';
import { closeAfterEach, post } from './testing/open-things.ts';
import { selfSigned } from './testing/self-signed-certificate.ts';
import { startProxy } from './testing/start-proxy.ts';
import { startHttp, startTcp, startTls } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

const SLOWLY_MS = 60;
// Timers of Node may be a millisecond early.
const ABOUT = SLOWLY_MS - 2;
const slowLookup: Lookup = (_hostname, _options, callback) => {
  setTimeout(() => callback(null, [{ address: '127.0.0.1', family: 4 }]), SLOWLY_MS);
};
const number = expect.any(Number);
const NONE = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };

describe('what the parts of a request took', () => {
  test('is told apart: the look-up, connecting, TLS, and the wait for the answer', async () => {
    const receiver = await keep(startTls());
    const sender = outbound({ extraCa: selfSigned.cert, resolve: slowLookup });
    const { timings, durationMs } = await sender.send(post(`https://receiver.test:${receiver.port}/`));
    expect(timings).toEqual({ dnsMs: number, connectMs: number, tlsMs: number, firstByteMs: number });
    const { dnsMs, connectMs, tlsMs, firstByteMs } = timings as Record<keyof typeof timings, number>;
    expect(dnsMs).toBeGreaterThanOrEqual(ABOUT);
    expect(connectMs).toBeLessThan(dnsMs);
    // Each is rounded by itself.
    expect(firstByteMs).toBeGreaterThanOrEqual(dnsMs + connectMs + tlsMs - 2);
    expect(durationMs).toBeGreaterThanOrEqual(firstByteMs);
  });

  test('has no look-up where the URL has an address, and no TLS where there is none', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const { timings } = await outbound().send(post(receiver.url));
    expect(timings).toEqual({ dnsMs: null, connectMs: number, tlsMs: null, firstByteMs: number });
  });

  test('has the first byte alone where the connection was kept, also after a request that had more', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound({ resolve: slowLookup });
    const url = `http://receiver.test:${receiver.port}/`;
    expect((await sender.send(post(url))).timings).toMatchObject({ dnsMs: number, connectMs: number });
    const second = await sender.send(post(url));
    expect(second.timings).toEqual({ ...NONE, firstByteMs: number });
    expect(second.timings.firstByteMs).toBeLessThan(SLOWLY_MS);
    expect(receiver.sockets).toHaveLength(1);
  });

  test('has the first byte apart from the end of a body that comes slowly', async () => {
    const receiver = await keep(
      startHttp((_request, response) => {
        response.write('begin');
        setTimeout(() => response.end('end'), SLOWLY_MS);
      }),
    );
    const { timings, durationMs } = await outbound().send(post(receiver.url));
    expect(durationMs - (timings.firstByteMs ?? 0)).toBeGreaterThanOrEqual(ABOUT - 1);
  });

  test('goes as far as it came: a name that is looked up for ever, a handshake that fails, a silent receiver', async () => {
    const forever = outbound({ resolve: () => {} });
    expect(await forever.send(post('http://slow.example/', { timeoutMs: 50 }))).toMatchObject({
      code: 'timeout',
      timings: NONE,
    });
    const receiver = await keep(startTls());
    expect(await outbound().send(post(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({
      code: 'tls_failed',
      timings: { ...NONE, connectMs: number },
    });
    const silent = await keep(startTcp(() => {}));
    expect(await outbound().send(post(silent.url, { timeoutMs: 50 }))).toMatchObject({
      code: 'timeout',
      timings: { ...NONE, connectMs: number },
    });
  });

  test('is nothing for what never had a connection', async () => {
    expect(await outbound().send(post('nonsense'))).toMatchObject({ code: 'invalid_url', timings: NONE });
  });

  test('counts as connecting what it takes to get through an egress proxy', async () => {
    const [receiver, proxy] = [await keep(startTls()), await keep(startProxy())];
    const sender = outbound({
      egressProxy: `http://127.0.0.1:${proxy.port}`,
      resolve: slowLookup,
      extraCa: selfSigned.cert,
    });
    const { timings } = await sender.send(post(`https://receiver.test:${receiver.port}/`));
    expect(timings).toEqual({ dnsMs: number, connectMs: number, tlsMs: number, firstByteMs: number });
    expect(timings.dnsMs).toBeGreaterThanOrEqual(ABOUT);
  });
});
