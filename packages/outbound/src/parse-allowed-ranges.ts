import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { InvalidAddressPolicyError } from './errors.ts';
import { parseIPv6 } from './parse-ipv6.ts';
import { mappedV4 } from './refused-ranges.ts';

/** The ranges of a policy by family, each as network and prefix length. */
export interface AllowedRanges {
  v4: [ipaddr.IPv4, number][];
  v6: [ipaddr.IPv6, number][];
}

/**
 * Reads CIDR ranges such as `10.0.0.0/8` and `fd00::/8`. A range inside ::ffff:0:0/96 is the IPv4 range it stands for.
 *
 * @throws InvalidAddressPolicyError naming the first entry that is not such a range. Unusual notations (`010.0.0.0/8`,
 *   `10/8`, a missing length) are refused too: what a person reads and what is opened must be the same.
 */
export function parseAllowedRanges(cidrs: readonly string[]): AllowedRanges {
  const ranges: AllowedRanges = { v4: [], v6: [] };
  for (const cidr of cidrs) {
    const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
    const prefixLength = Number(length);
    const v6 = parseIPv6(address);
    if (isIPv4(address) && prefixLength <= 32) {
      ranges.v4.push([ipaddr.IPv4.parse(address), prefixLength]);
    } else if (v6 && prefixLength >= 96 && prefixLength <= 128 && v6.match(mappedV4.network, mappedV4.prefixLength)) {
      ranges.v4.push([v6.toIPv4Address(), prefixLength - 96]);
    } else if (v6 && prefixLength <= 128) {
      ranges.v6.push([v6, prefixLength]);
    } else {
      throw new InvalidAddressPolicyError(`${JSON.stringify(cidr)} is not a CIDR range such as 10.0.0.0/8 or fd00::/8`);
    }
  }
  return ranges;
}
