import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PosthornError } from '@posthorn/contracts';
import express, { type Request, type Response } from 'express';
import { captureLogs } from '../testing/capture-logs.ts';
import { send, serveApp } from '../testing/serve-app.ts';
import { jsonBody } from './json-body.ts';
import { notFound, problemHandler } from './problems.ts';

const MAX_BYTES = 1024;
const { logger, lines } = captureLogs();
let before = 0;
let url: string;
let close: () => Promise<void>;

class AwayError extends Error {}

const translate = (error: unknown): PosthornError | null =>
  error instanceof AwayError
    ? new PosthornError('unavailable', 'The database does not answer.', { retryAfterSeconds: 2, cause: error })
    : null;

beforeAll(async () => {
  const app = express();
  app.post('/echo', jsonBody(MAX_BYTES), (request: Request, response: Response) => {
    response.json({ body: request.body === undefined ? 'none' : request.body });
  });
  app.get('/throws', () => {
    throw new Error('the secret is hunter2');
  });
  app.get('/rejects', async () => {
    await Promise.reject(new Error('the secret is hunter2'));
  });
  app.get('/rejects-with-text', () => Promise.reject('hunter2'));
  app.get('/names/:name', (request, response) => {
    response.json(request.params.name);
  });
  app.get('/unauthenticated', () => {
    throw new PosthornError('unauthenticated', 'Send a token.');
  });
  app.get('/overloaded', async () => {
    throw new PosthornError('overloaded', 'Come later.', { retryAfterSeconds: 7 });
  });
  app.get('/away', async () => {
    throw new AwayError('at 10.0.0.7');
  });
  app.get('/breaks-off', (_request, response) => {
    response.write('{"half":');
    throw new Error('after the start');
  });
  app.use(notFound);
  app.use(problemHandler(logger, translate));
  ({ url, close } = await serveApp(app));
});

afterAll(() => close());

beforeEach(() => {
  before = lines.items.length;
});

/** What this test has logged. */
const logged = () => lines.items.slice(before);

const post = (body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  send(`${url}/echo`, { method: 'POST', headers, body });

describe('a body', () => {
  test.each([
    ['an object', '{"a":[1,null]}'],
    ['a text', '"a"'],
    ['a number', '7'],
    ['null', 'null'],
  ])('of any JSON type is read: %s', async (_what, body) => {
    expect(await post(body)).toMatchObject({ status: 200, body: { body: JSON.parse(body) } });
  });

  test.each(['application/json; charset=utf-8', 'application/vnd.api+json'])('of type %s is read', async (type) => {
    expect(await post('{"a":"ü"}', { 'content-type': type })).toMatchObject({
      status: 200,
      body: { body: { a: 'ü' } },
    });
  });

  test('that is missing is undefined, which validation names', async () => {
    expect(await post('', {})).toMatchObject({ status: 200, body: { body: 'none' } });
  });

  const json = { 'content-type': 'application/json' };
  const large = JSON.stringify('x'.repeat(MAX_BYTES));
  const whole = gzipSync('{"a":1}');
  test.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ['that is not JSON', '{"a":', json, 400, 'malformed_body'],
    ['that is not UTF-8', '{}', { 'content-type': 'application/json; charset=x-none' }, 415, 'unsupported_media_type'],
    ['that is too large', large, json, 413, 'body_too_large'],
    ['that is too large and chunked', large, { ...json, 'transfer-encoding': 'chunked' }, 413, 'body_too_large'],
    ['too large once unpacked', gzipSync(large), { ...json, 'content-encoding': 'gzip' }, 413, 'body_too_large'],
    ['that is not gzip as it says', '{}', { ...json, 'content-encoding': 'gzip' }, 400, 'malformed_body'],
    ['of half a gzip', whole.subarray(0, -9), { ...json, 'content-encoding': 'gzip' }, 400, 'malformed_body'],
    ['of an unknown encoding', '{}', { ...json, 'content-encoding': 'lzma' }, 415, 'unsupported_media_type'],
    ['of a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['of no type', '{}', {}, 415, 'unsupported_media_type'],
  ])('%s is the fault of the client, in a problem document, and nothing to log', async (...input) => {
    const [, body, headers, status, code] = input;
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status, body: { type: `urn:posthorn:problem:${code}`, status, code } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(logged()).toHaveLength(0);
  });
});

describe('what a handler throws', () => {
  test.each(['/throws', '/rejects', '/rejects-with-text'])(
    '%s: an error of ours is told without details and logged once',
    async (path) => {
      const answer = await send(`${url}${path}`);
      expect(answer.status).toBe(500);
      expect(answer.body).toEqual({
        type: 'urn:posthorn:problem:internal_error',
        title: expect.any(String),
        status: 500,
        code: 'internal_error',
        detail: expect.any(String),
      });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
      expect(logged().map(({ level, message }) => ({ level, message }))).toEqual([
        { level: 'error', message: 'request.failed' },
      ]);
      expect(logged()[0]).toMatchObject({ method: 'GET', path });
      expect(JSON.stringify(logged()[0])).toContain('hunter2');
    },
  );

  test('an error that says when to come again does so in Retry-After', async () => {
    const answer = await send(`${url}/overloaded`);
    expect(answer).toMatchObject({ status: 503, body: { code: 'overloaded', detail: 'Come later.' } });
    expect(answer.headers['retry-after']).toBe('7');
  });

  test('an error of a part below is told as its translation', async () => {
    const answer = await send(`${url}/away`);
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers['retry-after']).toBe('2');
    expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
    expect(logged()).toHaveLength(0);
  });

  test('a missing token says how to authenticate, and only that', async () => {
    const answer = await send(`${url}/unauthenticated`);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="posthorn"');
    expect(answer.headers['retry-after']).toBeUndefined();
    expect((await send(`${url}/overloaded`)).headers['www-authenticate']).toBeUndefined();
  });

  test('a path that is not there is 404, one that cannot be decoded 400', async () => {
    expect(await send(`${url}/nowhere?token=x`)).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: 'There is no GET /nowhere.' },
    });
    expect(await send(`${url}/names/%ff`)).toMatchObject({ status: 400, body: { code: 'malformed_body' } });
    expect(logged()).toHaveLength(0);
  });

  test('after the answer has begun, the connection breaks off: half an answer is not taken for a whole', async () => {
    await expect(send(`${url}/breaks-off`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(logged()).toHaveLength(1);
  });
});
