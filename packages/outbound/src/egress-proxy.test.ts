import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Lookup } from './outbound-types.ts';
import { readEgressProxy } from './open-tunnel.ts';
import { closeAfterEach, post } from './testing/open-things.ts';
import { selfSigned } from './testing/self-signed-certificate.ts';
import { refuse, startProxy, tunnel } from './testing/start-proxy.ts';
import { startHttp, startTls } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

/** The host header of every request, in order. */
const hosts: (string | undefined)[] = [];
const answer = (request: IncomingMessage, response: ServerResponse): void => {
  hosts.push(request.headers.host);
  request.resume();
  response.end();
};
beforeEach(() => {
  hosts.length = 0;
});

const through = (port: number, credentials = '') => ({ egressProxy: `http://${credentials}127.0.0.1:${port}` });
const to =
  (...addresses: string[]): Lookup =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('with an egress proxy', () => {
  test('a plain receiver is reached through a tunnel to the address that was checked, and the tunnel is kept', async () => {
    const [receiver, proxy] = [await keep(startHttp(answer)), await keep(startProxy())];
    const sender = outbound({ ...through(proxy.port), resolve: to('127.0.0.1') });
    for (let nth = 0; nth < 2; nth += 1) {
      expect(await sender.send(post(`http://receiver.test:${receiver.port}/a`))).toMatchObject({ status: 200 });
    }
    expect(proxy.asked).toEqual([`127.0.0.1:${receiver.port}`]);
    expect(proxy.authorizations).toEqual([undefined]);
    expect(hosts).toEqual([`receiver.test:${receiver.port}`, `receiver.test:${receiver.port}`]);
  });

  test('TLS is with the receiver, by its own name', async () => {
    const names: unknown[] = [];
    const receiver = await keep(startTls((socket) => names.push(socket.servername)));
    const proxy = await keep(startProxy());
    const sender = outbound({ ...through(proxy.port), resolve: to('127.0.0.1'), extraCa: selfSigned.cert });
    expect(await sender.send(post(`https://receiver.test:${receiver.port}/`))).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual([`127.0.0.1:${receiver.port}`]);
    expect(names).toEqual(['receiver.test']);
    expect(
      await outbound({ ...through(proxy.port), resolve: to('127.0.0.1') }).send(
        post(`https://receiver.test:${receiver.port}/`),
      ),
    ).toMatchObject({ code: 'tls_failed', message: 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)' });
  });

  test('that wants TLS and credentials gets both, for plain receivers and for those with TLS', async () => {
    const proxy = await keep(startProxy(tunnel, { secure: true }));
    const egressProxy = `https://posthorn:p%40ss@127.0.0.1:${proxy.port}`;
    const sender = outbound({ egressProxy, extraCa: selfSigned.cert, resolve: to('127.0.0.1') });
    const [plain, tls] = [await keep(startHttp(answer)), await keep(startTls())];
    expect(await sender.send(post(`http://receiver.test:${plain.port}/`))).toMatchObject({ status: 200 });
    expect(await sender.send(post(`https://receiver.test:${tls.port}/`))).toMatchObject({ status: 200 });
    const basic = `Basic ${Buffer.from('posthorn:p@ss').toString('base64')}`;
    expect(proxy.authorizations).toEqual([basic, basic]);
  });

  test.each([
    ['an address that is refused', 'http://10.0.0.1/', to()],
    ['an address in another notation', 'http://0x7f.1/', to()],
    ['an address of IPv6', 'http://[::1]/', to()],
    ['a name that leads to one', 'https://metadata.test/', to('169.254.169.254')],
  ])('%s is refused before the proxy is asked', async (_what, url, resolve) => {
    const proxy = await keep(startProxy());
    const sender = outbound({ ...through(proxy.port), resolve, allowCidrs: [] });
    expect(await sender.send(post(url))).toMatchObject({ outcome: 'error', code: 'address_not_allowed' });
    expect(proxy.asked).toEqual([]);
  });

  test('of the addresses of a name only the allowed ones are asked for, and the next one when the proxy cannot reach one', async () => {
    const receiver = await keep(startHttp(answer));
    const proxy = await keep(
      startProxy((request, socket) =>
        request.url?.startsWith('[') ? refuse(503)(request, socket) : tunnel(request, socket),
      ),
    );
    const resolve = to('10.0.0.1', '2606:4700::1', '127.0.0.1');
    const sender = outbound({ ...through(proxy.port), resolve });
    expect(await sender.send(post(`http://receiver.test:${receiver.port}/`))).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual([`[2606:4700::1]:${receiver.port}`, `127.0.0.1:${receiver.port}`]);
  });

  test.each([
    [403, 'egress_proxy_refused', 'the egress proxy does not allow connections to 127.0.0.1:9 (403)'],
    [502, 'connection_failed', 'the egress proxy could not connect to 127.0.0.1:9 (502)'],
    [504, 'connection_failed', 'the egress proxy could not connect to 127.0.0.1:9 (504)'],
    [407, 'egress_proxy_failed', 'the egress proxy does not accept the credentials of EGRESS_PROXY (407)'],
    [405, 'egress_proxy_failed', 'the egress proxy does not open connections: is it a proxy? (405)'],
    [500, 'egress_proxy_failed', 'the egress proxy does not open connections: is it a proxy? (500)'],
  ])('an answer of %d is %s', async (status, code, message) => {
    const proxy = await keep(startProxy(refuse(status)));
    const result = await outbound(through(proxy.port, 'user:hunter2@')).send(post('http://127.0.0.1:9/'));
    expect(result).toMatchObject({ outcome: 'error', code, message });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test.each<[string, string, string]>([
    ['text that is no HTTP', 'hello\r\n\r\n', 'answered with something that is not HTTP/1.1'],
    [
      'headers without end',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`,
      'answered with something that is not HTTP/1.1',
    ],
    ['more than the answer', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'sent more than its answer'],
  ])('%s from it is a fault of the proxy', async (_what, text, message) => {
    const proxy = await keep(startProxy((_request, socket) => void socket.write(text)));
    const result = await outbound(through(proxy.port)).send(post('http://127.0.0.1:9/'));
    expect(result).toMatchObject({ code: 'egress_proxy_failed', message: `the egress proxy ${message}` });
  });

  test('that cannot be reached, or has no certificate that is trusted, or hangs up, the receiver is not blamed', async () => {
    const [proxy, secure] = [await keep(startProxy()), await keep(startProxy(tunnel, { secure: true }))];
    await proxy.close();
    expect(await outbound(through(proxy.port)).send(post('http://127.0.0.1:9/'))).toMatchObject({
      code: 'egress_proxy_failed',
      message: 'the egress proxy cannot be reached (ECONNREFUSED)',
    });
    const egressProxy = `https://127.0.0.1:${secure.port}`;
    expect(await outbound({ egressProxy }).send(post('http://127.0.0.1:9/'))).toMatchObject({
      code: 'egress_proxy_failed',
      message: 'the egress proxy cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)',
    });
    const mute = await keep(startProxy((_request, socket) => void socket.destroy()));
    expect(await outbound(through(mute.port)).send(post('http://127.0.0.1:9/'))).toMatchObject({
      code: 'egress_proxy_failed',
      message: 'the egress proxy closed the connection without an answer (closed)',
    });
  });

  test('that says nothing, the attempt ends at its deadline and says what it waited for', async () => {
    const proxy = await keep(startProxy(() => {}));
    expect(await outbound(through(proxy.port)).send(post('http://127.0.0.1:9/', { timeoutMs: 300 }))).toMatchObject({
      code: 'timeout',
      message: 'no complete answer within 300 ms (waiting for the egress proxy to connect)',
    });
    // One that does not get as far as TLS has not been asked, so the receiver cannot be the reason.
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const sender = outbound({ egressProxy: `https://127.0.0.1:${port}`, connectionsPerOrigin: 1 });
    const results = await Promise.all([1, 2].map(() => sender.send(post('http://127.0.0.1:9/', { timeoutMs: 300 }))));
    for (const result of results) expect(result).toMatchObject({ code: 'egress_proxy_failed' });
    await sender.destroy();
    silent.close();
  });
});

describe('proxies of the environment', () => {
  test('are not looked at: neither is the guard off, nor does a request go there', async () => {
    const [receiver, trap] = [await keep(startHttp(answer)), await keep(startProxy())];
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const settings = [...names.map((name) => [name, `http://127.0.0.1:${trap.port}`]), ['NODE_USE_ENV_PROXY', '1']];
    const before = { ...process.env };
    for (const [name, value] of settings) process.env[name as string] = value;
    try {
      expect(await outbound({ allowCidrs: [] }).send(post(`http://127.0.0.1:${receiver.port}/`))).toMatchObject({
        code: 'address_not_allowed',
      });
      expect(await outbound().send(post(`http://127.0.0.1:${receiver.port}/`))).toMatchObject({ status: 200 });
    } finally {
      for (const [name] of settings) {
        if (before[name as string] === undefined) delete process.env[name as string];
        else process.env[name as string] = before[name as string];
      }
    }
    expect(trap.asked).toEqual([]);
    expect(hosts).toEqual([`127.0.0.1:${receiver.port}`]);
  });
});

describe('the setting', () => {
  test.each([
    ['http://proxy.test', { host: 'proxy.test', port: 80, secure: false, authorization: null }],
    ['http://proxy.test:3128', { host: 'proxy.test', port: 3128, secure: false, authorization: null }],
    ['https://[2001:db8::1]:8443/', { host: '2001:db8::1', port: 8443, secure: true, authorization: null }],
    ['http://u:p%3A%40@proxy.test', { host: 'proxy.test', port: 80, secure: false, authorization: 'Basic dTpwOkA=' }],
  ])('%s', (text, proxy) => {
    expect(readEgressProxy(text)).toEqual(proxy);
  });
});
