import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Reads an IPv6 address as the operating system does.
 *
 * ipaddr.js 2.5 reads `::127.0.0.1` as `::ffff:127.0.0.1`, which is another address. Two readings of one text are what
 * a guard must not have, so the URL parser, which writes every address in hexadecimal groups, reads it first.
 *
 * @returns null for anything else than an IPv6 address without a zone.
 */
export function parseIPv6(address: string): ipaddr.IPv6 | null {
  if (!isIPv6(address) || address.includes('%')) return null;
  return ipaddr.IPv6.parse(new URL(`http://[${address}]/`).hostname.slice(1, -1));
}
