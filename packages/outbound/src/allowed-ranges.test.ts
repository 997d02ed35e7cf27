import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from './check-address.ts';
import { InvalidAddressPolicyError } from './errors.ts';

describe('ranges that the policy opens', () => {
  const open = createAddressGuard({ allowCidrs: ['127.0.0.0/8', '10.20.0.0/16', 'fd00:1::/32', '::1/128'] });

  test.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:10.20.3.4', true],
    ['10.20.255.255', true],
    ['10.21.0.0', false],
    ['fd00:1:ffff::1', true],
    ['fd00:2::1', false],
    ['::2', false],
    ['::127.0.0.1', false],
    ['64:ff9b::127.0.0.1', false],
    ['2002:7f00:1::', false],
    ['169.254.169.254', false],
    ['fd00:1::1%eth0', false],
    ['8.8.8.8', true],
  ])('%s allowed: %p', (address, allowed) => {
    expect(open.check(address).allowed).toBe(allowed);
  });

  test('a name of this machine is allowed where its addresses are', () => {
    expect(open.checkHostname('localhost').allowed).toBe(true);
    expect(createAddressGuard({ allowCidrs: ['10.0.0.0/8'] }).checkHostname('localhost').allowed).toBe(false);
  });

  test('every IPv6 address is not every IPv4 address', () => {
    const v6 = createAddressGuard({ allowCidrs: ['::/0'] });
    expect(v6.check('::1').allowed).toBe(true);
    expect(v6.check('::ffff:127.0.0.1').allowed).toBe(false);
    expect(v6.check('127.0.0.1').allowed).toBe(false);
  });

  test('a range of IPv4-mapped addresses is the IPv4 range', () => {
    const mapped = createAddressGuard({ allowCidrs: ['::ffff:10.0.0.0/104'] });
    expect(mapped.check('10.1.1.1').allowed).toBe(true);
    expect(mapped.check('::ffff:10.1.1.1').allowed).toBe(true);
    expect(mapped.check('127.0.0.1').allowed).toBe(false);
  });

  test.each([
    '10.0.0.0',
    '10/8',
    '010.0.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    'fd00::/129',
    'fd00::/-1',
    'fd00::/',
    'fd00::',
    'fd00::/8/8',
    'fd00::/08',
    'fe80::%eth0/64',
    'localhost',
    '',
    '0x7f.0.0.0/8',
  ])('%p is not a range and stops the program at start-up', (cidr) => {
    expect(() => createAddressGuard({ allowCidrs: [cidr] })).toThrow(InvalidAddressPolicyError);
  });
});
