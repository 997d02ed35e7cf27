import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from './check-address.ts';
import { InvalidAddressPolicyError } from './errors.ts';

const guard = createAddressGuard({ allowCidrs: [] });

// Address, and what the reason must say; null where it may be reached. Edges of ranges stand next to their neighbours.
const addresses: [string, string | null][] = [
  ['8.8.8.8', null],
  ['1.1.1.1', null],
  ['93.184.216.34', null],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'this network'],
  ['1.0.0.0', null],
  ['9.255.255.255', null],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', null],
  ['100.63.255.255', null],
  ['100.64.0.0', 'carrier-grade NAT'],
  ['100.100.100.200', 'carrier-grade NAT'],
  ['100.127.255.255', 'carrier-grade NAT'],
  ['100.128.0.0', null],
  ['126.255.255.255', null],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['128.0.0.0', null],
  ['168.63.129.15', null],
  ['168.63.129.16', 'Azure'],
  ['169.253.255.255', null],
  ['169.254.0.1', 'link-local'],
  ['169.254.169.254', 'metadata'],
  ['169.254.170.2', 'link-local'],
  ['169.255.0.0', null],
  ['172.15.255.255', null],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', null],
  ['192.0.0.192', 'IETF'],
  ['192.0.1.0', null],
  ['192.0.2.1', 'documentation'],
  ['192.31.196.1', 'AS112'],
  ['192.52.193.1', 'AMT'],
  ['192.88.99.1', '6to4 relay'],
  ['192.167.255.255', null],
  ['192.168.0.1', 'private'],
  ['192.168.255.255', 'private'],
  ['192.169.0.0', null],
  ['192.175.48.1', 'AS112'],
  ['198.17.255.255', null],
  ['198.18.0.1', 'benchmarking'],
  ['198.19.255.255', 'benchmarking'],
  ['198.20.0.0', null],
  ['198.51.100.7', 'documentation'],
  ['203.0.113.7', 'documentation'],
  ['223.255.255.255', null],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.254', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['0:0:0:0:0:0:0:1', 'loopback'],
  ['::2', 'IPv4-compatible'],
  ['::127.0.0.1', 'IPv4-compatible'],
  ['::10.0.0.1', 'IPv4-compatible'],
  ['::8.8.8.8', 'IPv4-compatible'],
  ['::ffff:127.0.0.1', 'stands for 127.0.0.1, which is a loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::FFFF:A9FE:A9FE', 'metadata'],
  ['::ffff:10.1.2.3', 'private'],
  ['::ffff:0.0.0.0', 'unspecified'],
  ['::ffff:8.8.8.8', null],
  ['::ffff:0:127.0.0.1', 'IPv4-translated'],
  ['::ffff:0:8.8.8.8', 'IPv4-translated'],
  ['64:ff9b::127.0.0.1', 'leads to 127.0.0.1 (NAT64), which is a loopback'],
  ['64:ff9b::a9fe:a9fe', 'metadata'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b::8.8.8.8', null],
  ['64:ff9b:1::8.8.8.8', 'local-use NAT64'],
  ['64:ff9b:1:ffff::7f00:1', 'local-use NAT64'],
  ['64:ff9b:2::1', 'not a globally routable'],
  ['100::1', 'discard'],
  ['200::1', 'not a globally routable'],
  ['1fff:ffff::1', 'not a globally routable'],
  ['2001::1', 'Teredo'],
  ['2001:0:4136:e378:8000:63bf:80ff:fffe', 'Teredo'],
  ['2001:2::1', 'benchmarking'],
  ['2001:3::1', 'IETF'],
  ['2001:10::1', 'IETF'],
  ['2001:20::1', 'IETF'],
  ['2001:1ff::1', 'IETF'],
  ['2001:200::1', null],
  ['2001:db8::1', 'documentation'],
  ['2001:db9::1', null],
  ['2001:4860:4860::8888', null],
  ['2002:7f00:1::', '6to4'],
  ['2002:a00:1::1', '6to4'],
  ['2003::1', null],
  ['2606:4700:4700::1111', null],
  ['2620:4f:8000::1', 'AS112'],
  ['3ffe::1', null],
  ['3fff:fff::1', 'documentation'],
  ['3fff:1000::1', null],
  ['4000::1', 'not a globally routable'],
  ['5f00::1', 'segment routing'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'unique local'],
  ['fe7f::1', 'not a globally routable'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'zone'],
  ['::1%lo', 'zone'],
  ['2001:4860:4860::8888%eth0', 'zone'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['ff0e::1', 'multicast'],
  ['', 'not an IP address'],
  ['example.com', 'not an IP address'],
  ['0x7f.1', 'not an IP address'],
  ['010.0.0.1', 'not an IP address'],
  ['127.0.0.1:80', 'not an IP address'],
  ['[::1]', 'not an IP address'],
];

describe('an address that a lookup returns', () => {
  test.each(addresses)('%s → %p', (address, reason) => {
    const verdict = guard.check(address);
    if (reason === null) expect(verdict).toEqual({ allowed: true });
    else expect(verdict).toEqual({ allowed: false, reason: expect.stringContaining(reason) });
  });

  test('the reason is a plain sentence', () => {
    expect(guard.check('127.0.0.1')).toEqual({ allowed: false, reason: '127.0.0.1 is a loopback address' });
  });
});

const hostnames: [string, string | null][] = [
  ['example.com', null],
  ['EXAMPLE.com.', null],
  ['xn--bcher-kva.example', null],
  ['my_service.example', null],
  ['localhost.example.com', null],
  ['127.0.0.1.nip.io', null],
  ['8.8.8.8', null],
  ['134744072', null],
  ['[2606:4700:4700::1111]', null],
  ['localhost', 'this machine itself'],
  ['LOCALHOST', 'this machine itself'],
  ['localhost.', 'this machine itself'],
  ['foo.localhost', 'this machine itself'],
  ['foo.LocalHost.', 'this machine itself'],
  ['localhost.localdomain', 'this machine itself'],
  ['ip6-localhost', 'this machine itself'],
  ['127.0.0.1', 'loopback'],
  ['127.0.0.1.', 'loopback'],
  ['127.1', 'loopback'],
  ['0x7f.1', 'loopback'],
  ['0x7f000001', 'loopback'],
  ['2130706433', 'loopback'],
  ['0177.0.0.1', 'loopback'],
  ['017700000001', 'loopback'],
  ['0', 'unspecified'],
  ['%31%32%37.0.0.1', 'loopback'],
  ['１２７.０.０.１', 'loopback'],
  ['①②⑦.0.0.1', 'loopback'],
  ['127。0。0。1', 'loopback'],
  ['0xa9fea9fe', 'metadata'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback'],
  ['[0:0::1]', 'loopback'],
  ['[::ffff:127.0.0.1]', 'loopback'],
  ['[::ffff:a9fe:a9fe]', 'metadata'],
  ['[fd00::1]', 'unique local'],
  ['fe80::1%eth0', 'zone'],
  ['[fe80::1%25eth0]', 'not a valid host name'],
  ['', 'not a valid host name'],
  ['.', 'not a valid host name'],
  ['a..example', 'not a valid host name'],
  ['256.1.1.1', 'not a valid host name'],
  ['example.com@127.0.0.1', 'not a valid host name'],
  ['example.com/127.0.0.1', 'not a valid host name'],
  ['example.com:80', 'not a valid host name'],
  ['exa mple.com', 'not a valid host name'],
];

describe('a host name before any lookup', () => {
  test.each(hostnames)('%s → %p', (hostname, reason) => {
    const verdict = guard.checkHostname(hostname);
    if (reason === null) expect(verdict).toEqual({ allowed: true });
    else expect(verdict).toEqual({ allowed: false, reason: expect.stringContaining(reason) });
  });
});

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
