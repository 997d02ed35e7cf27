import { describe, expect, test } from '@jest/globals';
import { closeAfterEach, post } from './testing/open-things.ts';
import { latch, startHttp } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

describe('a request', () => {
  test('arrives as it was given and its response comes back', async () => {
    const seen = latch<{ method?: string; url?: string; headers: Record<string, unknown>; body: string }>();
    const receiver = await keep(
      startHttp(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const { method = '', url = '', headers } = request;
        seen.open({ method, url, headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(201, { 'x-id': '7', 'set-cookie': ['a=1', 'b=2'] }).end('made');
      }),
    );
    const result = await outbound().send(
      post(`${receiver.url}in?x=%20y#fragment`, {
        method: 'PUT',
        headers: { 'X-Sig': 'v1,abc' },
        body: Buffer.from('é'),
      }),
    );
    expect(result).toEqual({
      outcome: 'response',
      status: 201,
      headers: expect.objectContaining({ 'x-id': '7', 'set-cookie': ['a=1', 'b=2'] }),
      body: 'made',
      bodyTruncated: false,
      durationMs: expect.any(Number),
      timings: { dnsMs: null, connectMs: expect.any(Number), tlsMs: null, firstByteMs: expect.any(Number) },
    });
    const arrived = await seen.opened;
    expect(arrived).toMatchObject({ method: 'PUT', url: '/in?x=%20y', body: 'é' });
    expect(arrived.headers).toMatchObject({
      'x-sig': 'v1,abc',
      'content-length': '2',
      host: `127.0.0.1:${receiver.port}`,
    });
  });

  test.each([301, 302, 303, 307, 308])('a %d is a response and is not followed', async (status) => {
    const other = await keep(startHttp((_request, response) => response.end()));
    const receiver = await keep(
      startHttp((_request, response) => response.writeHead(status, { location: other.url }).end('moved')),
    );
    expect(await outbound().send(post(receiver.url))).toMatchObject({ status, body: 'moved' });
    expect(other.sockets).toHaveLength(0);
  });

  test('no body, no content: GET, HEAD and 204', async () => {
    const receiver = await keep(
      startHttp((request, response) => response.writeHead(request.method === 'POST' ? 204 : 200).end('x')),
    );
    const sender = outbound();
    expect(await sender.send(post(receiver.url, { body: null }))).toMatchObject({ status: 204, body: '' });
    expect(await sender.send(post(receiver.url, { method: 'GET', body: null }))).toMatchObject({
      status: 200,
      body: 'x',
    });
    expect(await sender.send(post(receiver.url, { method: 'HEAD', body: null }))).toMatchObject({
      status: 200,
      body: '',
    });
  });

  test.each(['nonsense', '', 'ftp://127.0.0.1/', 'http://u:p@127.0.0.1/', 'http://256.1.1.1/'])(
    'a URL that cannot be sent to is a value: %p',
    async (url) => {
      expect(await outbound().send(post(url))).toMatchObject({ outcome: 'error', code: 'invalid_url' });
    },
  );

  test('a path and query of up to 16,000 characters are sent, longer ones are a value that says so', async () => {
    const lengths: number[] = [];
    const receiver = await keep(
      startHttp((request, response) => {
        lengths.push(request.url?.length ?? 0);
        response.end();
      }),
    );
    const get = (length: number) => post(`${receiver.url}?${'a'.repeat(length - 2)}`, { method: 'GET', body: null });
    expect(await outbound().send(get(16_000))).toMatchObject({ status: 200 });
    expect(await outbound().send(get(16_001))).toMatchObject({
      outcome: 'error',
      code: 'url_too_long',
      message: 'the URL is too long to be sent: its path and query have 16001 characters, of at most 16000',
    });
    expect(lengths).toEqual([16_000]);
  });

  test.each([
    ['a header value with a line break', { headers: { a: 'b\r\nc: d' } }],
    ['a header name with a space', { headers: { 'a b': 'c' } }],
    ['another host', { headers: { Host: 'internal' } }],
    ['a transfer encoding', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a wrong content length', { headers: { 'content-length': '3' } }],
    ['a tunnel', { method: 'CONNECT' }],
    ['a method with a space', { method: 'GET /' }],
    ['no time', { timeoutMs: 0 }],
    ['a time that is no number', { timeoutMs: Number.NaN }],
    ['more time than a timer can hold', { timeoutMs: 2 ** 31 }],
  ])('%s is a fault of the program and throws', async (_what, overrides) => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound();
    await expect(sender.send(post(receiver.url, overrides))).rejects.toMatchObject({
      code: 'outbound_invalid_request',
    });
    // The sender is none the worse for it.
    expect(await sender.send(post(receiver.url))).toMatchObject({ status: 200 });
  });
});
