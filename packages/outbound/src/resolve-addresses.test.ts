import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from './check-address.ts';
import type { Lookup } from './outbound-types.ts';
import { createAddressResolver, type ResolvedAddress } from './resolve-addresses.ts';

function resolver(resolve: Lookup, allowCidrs: string[] = []) {
  const resolveAddresses = createAddressResolver({ guard: createAddressGuard({ allowCidrs }), resolve });
  return (hostname: string) =>
    new Promise<ResolvedAddress[]>((done, fail) => {
      resolveAddresses(hostname, (failure, addresses) => (failure ? fail(failure) : done(addresses)));
    });
}

const answer = (...addresses: string[]): Lookup => {
  return (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 0 })),
    );
};

describe('a name', () => {
  test('only the allowed of its addresses are handed over, in their order', async () => {
    const lookup = resolver(answer('10.0.0.1', '8.8.8.8', '::1', '2606:4700::1111', '127.0.0.1'), ['127.0.0.1/32']);
    expect(await lookup('mixed.example')).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]);
  });

  test('with none allowed it is refused, naming an address', async () => {
    await expect(resolver(answer('10.0.0.1', '::1'))('evil.example')).rejects.toMatchObject({
      code: 'address_not_allowed',
      message: 'evil.example must not be called: 10.0.0.1 is a private address',
    });
  });

  test('something that is no address is refused', async () => {
    await expect(resolver(answer('localhost'))('odd.example')).rejects.toMatchObject({ code: 'address_not_allowed' });
  });

  test.each<[string, Lookup]>([
    ['no address', answer()],
    ['does not exist', (_h, _o, callback) => callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), [])],
    [
      'could not be looked up',
      (_h, _o, callback) => callback(Object.assign(new Error('x'), { code: 'EAI_AGAIN' }), []),
    ],
    [
      'could not be looked up',
      () => {
        throw new Error('broken');
      },
    ],
  ])('a lookup without success is a failure: %s', async (message, resolve) => {
    await expect(resolver(resolve)('gone.example')).rejects.toMatchObject({
      code: 'dns_failed',
      message: expect.stringContaining(message),
    });
  });

  test('callers at the same time share one lookup, later ones make their own', async () => {
    const callbacks: Parameters<Lookup>[2][] = [];
    const lookup = resolver((_hostname, _options, callback) => void callbacks.push(callback));
    const first = lookup('one.example');
    const second = lookup('one.example');
    const other = lookup('two.example');
    expect(callbacks).toHaveLength(2);

    callbacks[0]?.(null, [{ address: '8.8.8.8', family: 4 }]);
    callbacks[1]?.(null, [{ address: '9.9.9.9', family: 4 }]);
    expect(await first).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await second).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await other).toEqual([{ address: '9.9.9.9', family: 4 }]);

    void lookup('one.example');
    expect(callbacks).toHaveLength(3);
  });

  test('a lookup that answers twice is heard once', async () => {
    const lookup = resolver((_hostname, _options, callback) => {
      callback(null, [{ address: '8.8.8.8', family: 4 }]);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    });
    expect(await lookup('twice.example')).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });
});
