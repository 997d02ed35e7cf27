/** Bytes on a connection, and what must come of them. */
export interface RawAttack {
  name: string;
  /** `Host`, the token and what else is needed are part of it. */
  bytes(token: string): Buffer;
  /** Statuses of the answers, each of which may be there; an empty one: the connection is closed without one. */
  answers: readonly (number | 'closed')[];
}

const EVENT = '{"type":"raw.event","data":1}';
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const head = (token: string, ...lines: readonly string[]): string =>
  [
    'POST /v1/events HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n');

/** A publication with these headers in addition, and this behind them. */
const post = (name: string, answers: RawAttack['answers'], headers: readonly string[], body: string): RawAttack => ({
  name,
  bytes: (token) => latin(head(token, ...headers) + body),
  answers,
});

const REFUSED = [400, 'closed'] as const;
const CHUNKED = 'Transfer-Encoding: chunked';
const length = (bytes: number | string): string => `Content-Length: ${bytes}`;
const line = (name: string, answers: RawAttack['answers'], text: string): RawAttack => ({
  name,
  bytes: () => latin(text),
  answers,
});

const SMUGGLED = 'GET /v1/webhooks HTTP/1.1\r\nHost: x\r\n\r\n';

/** What is refused before any of our code sees it, or must not confuse it. */
export const RAW_ATTACKS: readonly RawAttack[] = [
  post('length and chunks', REFUSED, [length(4), CHUNKED], `0\r\n\r\n${SMUGGLED}`),
  post('two lengths', REFUSED, [length(5), length(29)], EVENT),
  post('a list of lengths', REFUSED, [length('29, 5')], EVENT),
  post('a length with a sign', REFUSED, [length('+29')], EVENT),
  post('a negative length', REFUSED, [length(-1)], EVENT),
  post('a length in hexadecimal', REFUSED, [length('0x1d')], EVENT),
  post('a length beyond 64 bits', REFUSED, [length('99999999999999999999999')], EVENT),
  post('chunks by another name', [...REFUSED, 501], ['Transfer-Encoding: xchunked'], `0\r\n\r\n${SMUGGLED}`),
  post('chunks twice', REFUSED, ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${SMUGGLED}`),
  post('chunks behind a tab', REFUSED, ['Transfer-Encoding:\u000bchunked'], `0\r\n\r\n${SMUGGLED}`),
  post('a chunk of no number', REFUSED, [CHUNKED], 'zz\r\n{}\r\n0\r\n\r\n'),
  post('a chunk of a negative number', REFUSED, [CHUNKED], '-1\r\n{}\r\n0\r\n\r\n'),
  post('a chunk beyond 64 bits', REFUSED, [CHUNKED], `${'F'.repeat(17)}\r\n${EVENT}`),
  post('a chunk longer than it says', REFUSED, [CHUNKED], '2\r\n{}{}{}\r\n0\r\n\r\n'),
  post('a chunk extension of 100 kB', [413, ...REFUSED], [CHUNKED], `2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`),
  post('trailers of 100 kB', [431, 413, ...REFUSED], [CHUNKED], `0\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
  post('a space before a colon', REFUSED, ['X-A : b', length(29)], EVENT),
  post('a folded header', REFUSED, ['X-A: b\r\n c', length(29)], EVENT),
  post('a NUL in a header', REFUSED, ['X-A: a\u0000b', length(29)], EVENT),
  post('a CR in a header', REFUSED, ['X-A: a\rX-B: c', length(29)], EVENT),
  post('a header without a colon', REFUSED, ['what is this', length(29)], EVENT),
  post('a header without a name', REFUSED, [': x', length(29)], EVENT),
  post('a header of 100 kB', [431, 'closed'], [`X-A: ${'x'.repeat(100_000)}`, length(29)], EVENT),
  post(
    '5,000 headers',
    [431, ...REFUSED],
    Array.from({ length: 5000 }, (_, n) => `X-${n}: y`),
    '',
  ),
  post('a second host', [...REFUSED, 202], ['Host: evil.example', length(29)], EVENT),
  post('more than its length', [202, ...REFUSED], [length(29)], `${EVENT}garbage\r\n\r\n`),
  post('an expectation nobody knows', [417, ...REFUSED], ['Expect: the impossible', length(29)], EVENT),
  post('10 MB', [413, 'closed'], [length(10_000_000)], 'x'.repeat(10_000_000)),
  post('10 MB in chunks', [413, 'closed'], [CHUNKED], `989680\r\n${'x'.repeat(10_000_000)}\r\n0\r\n\r\n`),
  post('a body that is not UTF-8', [400, 422], [length(12)], '{"type":"\u00c3("'),
  post('a NUL in a body', [400], [length(2)], '\u0000\u0000'),
  line('no host', REFUSED, 'GET /healthz HTTP/1.1\r\n\r\n'),
  line('no HTTP', REFUSED, 'hello\r\n\r\n'),
  line('a version of the future', [...REFUSED, 505], 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n'),
  line('HTTP/2 at once', REFUSED, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  line('TLS', REFUSED, '\u0016\u0003\u0001\u0000\u00f8\u0001\u0000\u0000\u00f4\u0003\u0003'.padEnd(300, '\u0000')),
  line('a tunnel', ['closed', 400, 404, 405], 'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n'),
  line(
    'an upgrade',
    [200],
    'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n',
  ),
  line(
    'a URL for a proxy',
    [404],
    'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  ),
  line('a star for a path', [400, 404, 405], 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
  line('a path of 100 kB', [431, 414, 'closed'], `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
  line('a path with a space', REFUSED, 'GET /v1/web hooks HTTP/1.1\r\nHost: x\r\n\r\n'),
  line('a path with NUL', REFUSED, 'GET /v1/web\u0000hooks HTTP/1.1\r\nHost: x\r\n\r\n'),
];
