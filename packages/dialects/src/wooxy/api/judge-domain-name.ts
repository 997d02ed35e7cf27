import { domainToASCII } from 'node:url';
import { parse } from 'tldts';
import { EMAIL_PROVIDERS } from './email-providers.ts';
import { type Problem, problem } from './problems.ts';

export type DomainNameVerdict = { name: string; problem: null } | { name: null; problem: Problem };

/** What a name is written with, in any script. Without it domainToASCII would decode percent signs and read addresses. */
const WRITTEN = /^[\p{L}\p{M}\p{N}.-]+$/u;
/** RFC 1035 §2.3.1 and RFC 1123 §2.1: labels of 1 to 63 letters, digits and hyphens; the last one is no number. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`);
const MAX_LENGTH = 253;

/** Lower case, in ASCII (RFC 5891), without the dot of the root; null when it cannot be a name of a host. */
const toHostName = (given: string): string | null => {
  if (!WRITTEN.test(given)) return null;
  const name = domainToASCII(given).replace(/\.$/, '');
  return name.length <= MAX_LENGTH && HOST_NAME.test(name) ? name : null;
};

/**
 * Judges the name of a sender's domain: a name below a public suffix, whose top level is in the public suffix list
 * (its ICANN part), and which is not a mail provider's. The first thing that is wrong, in the order of the document.
 */
export const judgeDomainName = (given: string): DomainNameVerdict => {
  const name = toHostName(given);
  if (name === null) return { name: null, problem: problem('domainNotValid') };
  const { domain, isIcann } = parse(name, { extractHostname: false, allowPrivateDomains: false });
  if (domain === null) return { name: null, problem: problem('domainNotValid') };
  if (EMAIL_PROVIDERS.has(domain)) return { name: null, problem: problem('domainIsEsp', { domain: given }) };
  if (isIcann !== true) return { name: null, problem: problem('domainTldUnknown', { domain: given }) };
  return { name, problem: null };
};
