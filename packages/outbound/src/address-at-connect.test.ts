import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from './check-address.ts';
import { checkTargetUrl } from './check-target-url.ts';
import { createOutbound } from './create-outbound.ts';
import type { Lookup } from './outbound-types.ts';
import { closeAfterEach, post } from './testing/open-things.ts';
import { closed, startHttp } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

/** A lookup that gives these answers one after another, the last one for ever, and counts. */
function answers(...lists: string[][]): { resolve: Lookup; asked: string[] } {
  const asked: string[] = [];
  const resolve: Lookup = (hostname, _options, callback) => {
    const list = lists[Math.min(asked.length, lists.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve, asked };
}

describe('the address of a connection', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['[::1]', '::1'],
    ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
    ['[64:ff9b::127.0.0.1]', '64:ff9b::7f00:1'],
    ['0', '0.0.0.0'],
  ])('in the URL is checked: %s', async (host, named) => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound({ allowCidrs: [] });
    const result = await sender.send(post(`http://${host}:${receiver.port}/`));
    expect(result).toMatchObject({
      outcome: 'error',
      code: 'address_not_allowed',
      message: expect.stringContaining(`${named} `),
    });
    expect(receiver.sockets).toHaveLength(0);
  });

  test.each(['localhost', 'LOCALHOST', 'localhost.'])('behind %s is refused, or no lookup finds it', async (name) => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = createOutbound({ allowCidrs: [] });
    const result = await sender.send(post(`http://${name}:${receiver.port}/`));
    // Resolvers differ on the name with a dot.
    const code = name.endsWith('.') ? /^(address_not_allowed|dns_failed)$/ : /^address_not_allowed$/;
    expect(result).toMatchObject({ outcome: 'error', code: expect.stringMatching(code) });
    expect(receiver.sockets).toHaveLength(0);
    await sender.close();
  });

  test('is checked over TLS as well', async () => {
    expect(await outbound({ allowCidrs: [] }).send(post('https://127.0.0.1/'))).toMatchObject({
      code: 'address_not_allowed',
    });
  });

  test('of a name that was harmless when it was saved is refused when it is not any more', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const { resolve, asked } = answers(['93.184.216.34'], ['127.0.0.1']);
    const guard = createAddressGuard({ allowCidrs: [] });
    const url = `http://rebind.example:${receiver.port}/`;
    expect(checkTargetUrl(url, guard).ok).toBe(true);
    resolve('rebind.example', { all: true }, (_error, [first]) => {
      expect(guard.check(first?.address ?? '')).toEqual({ allowed: true });
    });

    expect(await outbound({ allowCidrs: [], resolve }).send(post(url))).toMatchObject({
      outcome: 'error',
      code: 'address_not_allowed',
      message: 'rebind.example must not be called: 127.0.0.1 is a loopback address',
    });
    expect(asked).toHaveLength(2);
    expect(receiver.sockets).toHaveLength(0);
  });

  test('is the one that was checked: a name is looked up once for a connection', async () => {
    const receiver = await keep(startHttp((request, response) => response.end(request.headers.host)));
    const { resolve, asked } = answers(['127.0.0.1'], ['10.0.0.1']);
    const sender = outbound({ resolve });
    const url = `http://pinned.example:${receiver.port}/`;
    expect(await sender.send(post(url))).toMatchObject({ status: 200, body: `pinned.example:${receiver.port}` });
    expect(await sender.send(post(url))).toMatchObject({ status: 200 });
    expect(asked).toEqual(['pinned.example']);
    expect(receiver.sockets.map((socket) => socket.localAddress)).toEqual(['127.0.0.1']);
  });

  test('is checked again for the next connection', async () => {
    const receiver = await keep(
      startHttp((_request, response) => response.writeHead(200, { connection: 'close' }).end()),
    );
    const { resolve } = answers(['127.0.0.1'], ['10.0.0.1']);
    const sender = outbound({ resolve });
    const url = `http://moving.example:${receiver.port}/`;
    expect(await sender.send(post(url))).toMatchObject({ status: 200 });
    await closed(receiver.sockets[0]);
    expect(await sender.send(post(url))).toMatchObject({ code: 'address_not_allowed' });
    expect(receiver.sockets).toHaveLength(1);
  });

  test('is an allowed one of a mixed answer', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const { resolve } = answers(['10.0.0.1', '169.254.169.254', '127.0.0.1', '::1']);
    const sender = outbound({ allowCidrs: ['127.0.0.1/32'], resolve });
    expect(await sender.send(post(`http://mixed.example:${receiver.port}/`))).toMatchObject({ status: 200 });
    expect(receiver.sockets.map((socket) => socket.localAddress)).toEqual(['127.0.0.1']);
  });

  test('may be the second, where nothing listens at the first', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const { resolve } = answers(['::1', '127.0.0.1']);
    const sender = outbound({ allowCidrs: ['127.0.0.1/32', '::1/128'], resolve });
    expect(await sender.send(post(`http://two.example:${receiver.port}/`))).toMatchObject({ status: 200 });
  });

  test('a name without one, or that nobody knows, is a failed lookup', async () => {
    const { resolve } = answers([]);
    expect(await outbound({ resolve }).send(post('http://empty.example/'))).toMatchObject({ code: 'dns_failed' });
    const unknown: Lookup = (_hostname, _options, callback) =>
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    expect(await outbound({ resolve: unknown }).send(post('https://gone.example/'))).toMatchObject({
      code: 'dns_failed',
      message: 'the name gone.example does not exist (ENOTFOUND)',
    });
  });
});
