import type { Dispatcher } from 'undici';
import { InvalidOutboundRequestError, OutboundFailure } from './errors.ts';
import type { OutboundRequest } from './outbound-types.ts';
import { parseUrl } from './parse-url.ts';

// Callbacks by GET have their fields in the query. No common server takes a longer head (Node and IIS 16 KiB, the others 8).
const MAX_PATH_LENGTH = 16_000;

// setTimeout takes a signed 32-bit number and fires at once beyond it.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Turns a request into what undici dispatches. The URL comes from a webhook, so a bad one is a value; everything else
 * comes from our own code.
 *
 * @throws InvalidOutboundRequestError if the deadline, the method or the headers cannot be sent. undici checks names
 *   and values of headers itself when the request is dispatched.
 */
export function readRequest(request: OutboundRequest): Dispatcher.DispatchOptions | OutboundFailure {
  const { url, method, headers, body, timeoutMs } = request;
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new InvalidOutboundRequestError(`timeoutMs must be above 0 and at most ${MAX_TIMEOUT_MS}, not ${timeoutMs}`);
  }
  // A tunnel is no delivery: undici would hand the socket over.
  if (method === 'CONNECT') throw new InvalidOutboundRequestError('the method CONNECT cannot be sent');
  for (const name in headers) {
    // Another host in the header than in the URL would also change the name that the certificate is checked against.
    if (name.length === 4 && name.toLowerCase() === 'host') {
      throw new InvalidOutboundRequestError('the host header comes from the URL and cannot be set');
    }
  }

  const parsed = parseUrl(url);
  if (parsed === null) return new OutboundFailure('invalid_url', 'the URL is not an absolute URL');
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    return new OutboundFailure('invalid_url', 'the URL is not an http or https URL');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return new OutboundFailure('invalid_url', 'the URL has a user name or password in it');
  }
  const path = parsed.pathname + parsed.search;
  if (path.length > MAX_PATH_LENGTH) {
    const message = `the URL is too long to be sent: its path and query have ${path.length} characters, of at most ${MAX_PATH_LENGTH}`;
    return new OutboundFailure('url_too_long', message);
  }
  return { origin: parsed.origin, path, method, headers, body };
}
