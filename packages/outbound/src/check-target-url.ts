import type { AddressGuard } from './check-address.ts';
import { parseUrl } from './parse-url.ts';

export type TargetUrlVerdict =
  | { ok: true; url: URL }
  | {
      ok: false;
      code: 'invalid_url' | 'scheme_not_allowed' | 'credentials_not_allowed' | 'address_not_allowed';
      message: string;
    };

/**
 * Judges a target URL when it is saved, so that a person hears of it at once. It is a courtesy, not the protection: a
 * name can point elsewhere by the time a delivery is made, so the address is checked again when a connection is made.
 */
export function checkTargetUrl(url: string, guard: Pick<AddressGuard, 'checkHostname'>): TargetUrlVerdict {
  const parsed = parseUrl(url);
  if (parsed === null) return { ok: false, code: 'invalid_url', message: 'it is not an absolute URL' };
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return { ok: false, code: 'scheme_not_allowed', message: 'only http and https URLs can be called' };
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return {
      ok: false,
      code: 'credentials_not_allowed',
      message: 'user name and password do not belong in the URL: send an authorization header instead',
    };
  }
  if (parsed.port === '0') return { ok: false, code: 'invalid_url', message: 'nothing can listen on port 0' };
  const verdict = guard.checkHostname(parsed.hostname);
  if (!verdict.allowed) return { ok: false, code: 'address_not_allowed', message: verdict.reason };
  return { ok: true, url: parsed };
}
