/** How an attempt at a hostile receiver must end, and in which words operators read of it. */
export interface HostileReceiver {
  name: string;
  url(portOf: (name: string) => number): string;
  /** `null`: it is a success, of which a part is kept. */
  code: string | null;
  message: RegExp | null;
}

const fails = (name: string, code: string, message: RegExp, scheme = 'http'): HostileReceiver => ({
  name,
  url: (portOf) => `${scheme}://127.0.0.1:${portOf(name)}/`,
  code,
  message,
});

const isTaken = (name: string): HostileReceiver => ({ ...fails(name, '', /x/), code: null, message: null });

const at = (name: string, url: string, code: string, message: RegExp): HostileReceiver => ({
  name,
  url: () => url,
  code,
  message,
});

const TOO_LATE = /^no complete answer within \d+ ms \(/;
const NOT_HTTP = /^the receiver sent (?:something that is not HTTP\/1\.1|a response that does not belong)/;

export const HOSTILE_RECEIVERS: readonly HostileReceiver[] = [
  fails('never answers', 'timeout', TOO_LATE),
  fails('headers at a byte a second', 'timeout', TOO_LATE),
  fails('body at a byte a second', 'timeout', TOO_LATE),
  isTaken('endless body'),
  isTaken('body of 1 GB'),
  isTaken('gzip bomb'),
  fails('reset in the middle of an answer', 'connection_reset', /^the receiver closed the connection before the/),
  fails('end without an answer', 'connection_reset', /^the receiver closed the connection without a response/),
  fails('garbage for a status line', 'invalid_response', NOT_HTTP),
  fails('headers of 100 kB', 'headers_too_large', /^the response headers are larger than 16 KiB/),
  fails('endless header', 'headers_too_large', /^the response headers are larger than 16 KiB/),
  fails('flood of 1xx', 'invalid_response', /^the receiver sent over 16 1xx responses$/),
  fails(
    'endless chunk extension',
    'invalid_response',
    /^the receiver sent over \d+ bytes without the end of a response$/,
  ),
  fails('endless trailers', 'headers_too_large', /larger than 16 KiB/),
  fails('redirect to a metadata address', 'redirect', /^The receiver answered 302; redirects are not followed\.$/),
  fails('silence instead of TLS', 'timeout', TOO_LATE, 'https'),
  fails('HTTP where TLS was meant', 'tls_failed', /TLS connection/, 'https'),
  fails('unknown authority', 'tls_failed', /^the issuer of the certificate is not known|not sends?/, 'https'),
  fails('expired certificate', 'tls_failed', /^the certificate has expired/, 'https'),
  fails('certificate for another name', 'tls_failed', /^the certificate was made for another name/, 'https'),
  at(
    'name server never answers',
    'http://silent.test/',
    'dns_failed',
    /^the name silent\.test could not be looked up \(ETIMEOUT\)$/,
  ),
  at('name that does not exist', 'http://nobody.test/', 'dns_failed', /^the name nobody\.test does not exist/),
  at('nothing listens', 'http://127.0.0.1:1/', 'connection_refused', /^the receiver refused the connection/),
];
