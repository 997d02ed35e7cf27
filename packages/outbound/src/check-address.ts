import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseAllowedRanges } from './parse-allowed-ranges.ts';
import { parseIPv6 } from './parse-ipv6.ts';
import { globalUnicastV6, nat64, refusedV4Ranges, refusedV6Ranges, type RefusedRange } from './refused-ranges.ts';
import { parseUrl } from './parse-url.ts';

/**
 * Which addresses may be reached beside the public Internet.
 *
 * Each entry opens exactly what it says. An IPv4 range also covers the same addresses in IPv4-mapped form, because the
 * operating system connects to those over IPv4; no IPv6 range does, not even `::/0`.
 */
export interface AddressPolicy {
  allowCidrs: readonly string[];
}

/** `reason` is a sentence in plain words: "127.0.0.1 is a loopback address". */
export type AddressVerdict = { allowed: true } | { allowed: false; reason: string };

export interface AddressGuard {
  /** Verdict on an IP address in the usual notation, as a name lookup returns it. */
  check(address: string): AddressVerdict;
  /**
   * Verdict on the host of a URL before any lookup: addresses in every notation that a URL allows (`0x7f.1`,
   * `2130706433`, `[::1]`) and names of the machine itself. A name that needs a lookup is allowed here; the addresses
   * that it leads to are checked when the connection is made.
   */
  checkHostname(hostname: string): AddressVerdict;
}

const ALLOWED: AddressVerdict = { allowed: true };
const refuse = (reason: string): AddressVerdict => ({ allowed: false, reason });

// Names that hosts files give to the machine itself, besides everything below .localhost (RFC 6761, 6.3).
const LOCAL_NAME = /(^|\.)(localhost|localhost[46]|localdomain|localdomain[46])$|^ip6-(localhost|loopback)$/;

/**
 * Decides which addresses a receiver may have.
 *
 * @throws InvalidAddressPolicyError if an entry of `allowCidrs` is not a CIDR range in the usual notation.
 */
export function createAddressGuard(policy: AddressPolicy): AddressGuard {
  const allowed = parseAllowedRanges(policy.allowCidrs);

  function check(address: string): AddressVerdict {
    if (isIPv4(address)) return checkV4(ipaddr.IPv4.parse(address), address);
    if (isIP(address) === 0) return refuse(`${JSON.stringify(address)} is not an IP address`);
    const parsed = parseIPv6(address);
    // A zone names an interface of this machine; no public address needs one.
    if (!parsed) return refuse(`${address} has a zone, which only local addresses have`);
    if (parsed.isIPv4MappedAddress()) {
      const inner = parsed.toIPv4Address();
      return checkV4(inner, `${address} stands for ${inner.toString()}, which`);
    }
    if (allowed.v6.some((range) => parsed.match(range))) return ALLOWED;
    return judgeV6(parsed, address);
  }

  function checkV4(address: ipaddr.IPv4, shown: string): AddressVerdict {
    return allowed.v4.some((range) => address.match(range)) ? ALLOWED : judgeV4(address, shown);
  }

  function checkHostname(hostname: string): AddressVerdict {
    if (isIP(hostname) !== 0) return check(hostname);
    const canonical = canonicalHostname(hostname);
    if (canonical === null) return refuse(`${JSON.stringify(hostname)} is not a valid host name`);
    const bare = canonical.startsWith('[') ? canonical.slice(1, -1) : canonical;
    if (isIP(bare) !== 0) return check(bare);

    if (!LOCAL_NAME.test(bare.replace(/\.$/, ''))) return ALLOWED;
    // Where the policy opens loopback, its names are as good as its addresses.
    if (check('127.0.0.1').allowed || check('::1').allowed) return ALLOWED;
    return refuse(`${hostname} is a name of this machine itself`);
  }

  return { check, checkHostname };
}

function judgeV4(address: ipaddr.IPv4, shown: string): AddressVerdict {
  const range = find(refusedV4Ranges, address);
  return range ? refuse(`${shown} is ${range.kind}`) : ALLOWED;
}

function judgeV6(address: ipaddr.IPv6, shown: string): AddressVerdict {
  if (address.match(nat64.network, nat64.prefixLength)) {
    const inner = new ipaddr.IPv4(address.toByteArray().slice(12));
    // An IPv4 range in the policy does not open its NAT64 form: that one is reached through a gateway elsewhere.
    return judgeV4(inner, `${shown} leads to ${inner.toString()} (NAT64), which`);
  }
  const range = find(refusedV6Ranges, address);
  if (range) return refuse(`${shown} is ${range.kind}`);
  return address.match(globalUnicastV6.network, globalUnicastV6.prefixLength)
    ? ALLOWED
    : refuse(`${shown} is not a globally routable address`);
}

function find<Address extends ipaddr.IPv4 | ipaddr.IPv6>(ranges: readonly RefusedRange<Address>[], address: Address) {
  return ranges.find((range) => address.match(range.network, range.prefixLength));
}

// The URL parser is the authority on notations, because it is what reads the URL again when the request is sent.
function canonicalHostname(hostname: string): string | null {
  const bracketed = hostname.startsWith('[') && hostname.endsWith(']');
  if (!bracketed && /[\s/\\?#@:]/.test(hostname)) return null;
  const canonical = parseUrl(`http://${hostname}/`)?.hostname;
  return canonical === undefined || canonical === '' || /^\.|\.\./.test(canonical) ? null : canonical;
}
