import type { Request } from 'express';

const SAFE_METHODS = new Set(['GET', 'HEAD']);

const hostOf = (address: string): string | null => {
  try {
    return new URL(address).host;
  } catch {
    return null;
  }
};

/**
 * Whether a page of this very server makes the request, as far as the browser tells. `Sec-Fetch-Site` says it outright;
 * browsers leave it out where there is no TLS (but for localhost). Then it is `Origin`, which comes with everything but
 * GET and HEAD. Hosts are compared, without the scheme: behind a proxy that ends TLS we may not know ours.
 * @param publicUrl the address of this server, in case a proxy changes `Host`.
 */
export const isSameOrigin = (request: Request, publicUrl: string | null): boolean => {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin';
  const origin = request.get('Origin');
  if (origin === undefined) return SAFE_METHODS.has(request.method);
  const host = hostOf(origin);
  return host !== null && (host === request.host || (publicUrl !== null && host === hostOf(publicUrl)));
};
