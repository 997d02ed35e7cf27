import ipaddr from 'ipaddr.js';

/** A range of addresses and what an address in it is, in words that complete "10.0.0.1 is …". */
export interface RefusedRange<Address> {
  network: Address;
  prefixLength: number;
  kind: string;
}

const v4 = (cidr: string, kind: string): RefusedRange<ipaddr.IPv4> => {
  const [network, prefixLength] = ipaddr.IPv4.parseCIDR(cidr);
  return { network, prefixLength, kind };
};

const v6 = (cidr: string, kind: string): RefusedRange<ipaddr.IPv6> => {
  const [network, prefixLength] = ipaddr.IPv6.parseCIDR(cidr);
  return { network, prefixLength, kind };
};

/**
 * IPv4 that is not globally routable unicast. Source: IANA IPv4 Special-Purpose Address Registry and IPv4 Multicast
 * Address Space Registry. The first match gives the reason, so narrow ranges stand before the wide ones around them.
 */
export const refusedV4Ranges: readonly RefusedRange<ipaddr.IPv4>[] = [
  v4('0.0.0.0/32', 'the unspecified address'),
  v4('0.0.0.0/8', 'an address of "this network"'),
  v4('10.0.0.0/8', 'a private address'),
  v4('100.64.0.0/10', 'a carrier-grade NAT address'),
  v4('127.0.0.0/8', 'a loopback address'),
  v4('169.254.169.254/32', 'a link-local address (cloud metadata)'),
  v4('169.254.0.0/16', 'a link-local address'),
  v4('172.16.0.0/12', 'a private address'),
  v4('192.0.0.0/24', 'an address reserved for IETF protocols'),
  v4('192.0.2.0/24', 'a documentation address'),
  v4('192.31.196.0/24', 'an AS112 address'),
  v4('192.52.193.0/24', 'an AMT relay address'),
  v4('192.88.99.0/24', 'a 6to4 relay address'),
  v4('192.168.0.0/16', 'a private address'),
  v4('192.175.48.0/24', 'an AS112 address'),
  v4('198.18.0.0/15', 'a benchmarking address'),
  v4('198.51.100.0/24', 'a documentation address'),
  v4('203.0.113.0/24', 'a documentation address'),
  // Public by number, yet answered by the host of every Azure virtual machine (DNS, agent, health probes).
  v4('168.63.129.16/32', 'the Azure platform address'),
  v4('224.0.0.0/4', 'a multicast address'),
  v4('255.255.255.255/32', 'the broadcast address'),
  v4('240.0.0.0/4', 'a reserved address'),
];

/**
 * IPv6 that is not globally routable unicast. Source: IANA IPv6 Special-Purpose Address Registry. Only 2000::/3 is
 * given out as global unicast (RFC 4291, 2.4), so everything outside of it is refused even where no line here names it.
 *
 * Every form that carries an IPv4 address inside is refused as a whole (6to4, Teredo, IPv4-compatible,
 * IPv4-translated, local-use NAT64): no receiver lives there, and each could lead to an address that is refused. Two
 * forms are not in this list because the address inside decides: IPv4-mapped, and NAT64 64:ff9b::/96, which is how an
 * IPv6-only network reaches the public IPv4 Internet.
 */
export const refusedV6Ranges: readonly RefusedRange<ipaddr.IPv6>[] = [
  v6('::/128', 'the unspecified address'),
  v6('::1/128', 'a loopback address'),
  v6('::/96', 'an IPv4-compatible address'),
  v6('::ffff:0:0:0/96', 'an IPv4-translated address'),
  v6('64:ff9b:1::/48', 'a local-use NAT64 address'),
  v6('100::/64', 'a discard-only address'),
  v6('2001::/32', 'a Teredo address'),
  v6('2001:2::/48', 'a benchmarking address'),
  v6('2001::/23', 'an address reserved for IETF protocols'),
  v6('2001:db8::/32', 'a documentation address'),
  v6('2002::/16', 'a 6to4 address'),
  v6('2620:4f:8000::/48', 'an AS112 address'),
  v6('3fff::/20', 'a documentation address'),
  v6('5f00::/16', 'a segment routing address'),
  v6('fc00::/7', 'a unique local address'),
  v6('fe80::/10', 'a link-local address'),
  v6('fec0::/10', 'a site-local address'),
  v6('ff00::/8', 'a multicast address'),
];

export const globalUnicastV6 = v6('2000::/3', 'a global unicast address');
export const nat64 = v6('64:ff9b::/96', 'a NAT64 address');
export const mappedV4 = v6('::ffff:0:0/96', 'an IPv4-mapped address');
