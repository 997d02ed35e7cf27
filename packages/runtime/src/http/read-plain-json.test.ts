import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import { captureLogs } from '../testing/capture-logs.ts';
import { send, serveApp } from '../testing/serve-app.ts';
import { bodyText, jsonBody } from './json-body.ts';
import { problemHandler } from './problems.ts';
import { isPlainJson } from './read-plain-json.ts';

const MAX_BYTES = 100_000;
const { logger } = captureLogs();
const seen: string[] = [];
let onSeen: () => void = () => {};
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const app = express();
  app.post('/echo', jsonBody(MAX_BYTES), (request: Request, response: Response) => {
    response.json({ body: request.body, text: bodyText(request) });
  });
  const report: express.ErrorRequestHandler = (
    error: { code?: string; message?: string },
    _request,
    _response,
    next,
  ) => {
    seen.push(`${error.code}: ${error.message}`);
    onSeen();
    next(error);
  };
  app.use(
    report,
    problemHandler(logger, () => null),
  );
  ({ url, close } = await serveApp(app));
});
afterAll(() => close());

describe('what is read without body-parser', () => {
  const plain = { 'content-type': 'application/json', 'content-length': '2' };
  test.each([
    [true, plain],
    [true, { ...plain, 'content-type': 'application/json; charset=utf-8' }],
    [true, { ...plain, 'content-length': '10' }],
    [false, { ...plain, 'content-length': '11' }],
    [false, { ...plain, 'content-length': '0' }],
    [false, { 'content-type': 'application/json' }],
    [false, { ...plain, 'content-type': 'application/json; charset=utf-16' }],
    [false, { ...plain, 'content-type': 'text/plain' }],
    [false, { ...plain, 'content-encoding': 'gzip' }],
    [false, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }],
  ])('%s: %j', (expected, headers) => {
    expect(isPlainJson(headers, 10)).toBe(expected);
  });
});

/** The same body read by each of the two. */
const readBoth = (body: string | Buffer) =>
  Promise.all(
    ['application/json', 'application/json; charset="utf-8"'].map((type) =>
      send(`${url}/echo`, { method: 'POST', headers: { 'content-type': type }, body }),
    ),
  );

const valueOf = (answer: { body: unknown } | undefined): unknown =>
  (answer?.body as { body: unknown } | undefined)?.body;

describe('it is read as body-parser reads it', () => {
  test.each([
    ['an object', '{"a":[1,null],"ü":"€"}'],
    ['with blanks around', ' \n{"a":1}\t'],
    ['more than one piece', JSON.stringify({ a: 'ü'.repeat(40_000) })],
    ['with a byte order mark', '\ufeff{"a":1}'],
    ['not quite UTF-8', Buffer.from([0x22, 0xff, 0xc3, 0x22])],
  ])('%s', async (_what, body) => {
    const [plain, parsed] = await readBoth(body);
    expect(plain).toMatchObject({ status: 200 });
    expect(plain?.body).toHaveProperty('body', valueOf(parsed));
  });

  test.each([
    ['no JSON', '{"a":'],
    ['only blanks', '  '],
    ['two values', '1 2'],
  ])('%s is malformed_body', async (_what, body) => {
    const [plain, parsed] = await readBoth(body);
    expect(plain).toMatchObject({ status: 400, body: { code: 'malformed_body' } });
    expect(plain?.body).toEqual(parsed?.body);
  });
});

test('the text is kept as it came', async () => {
  const text = '{"n": 12345678901234567890}';
  const answer = await send(`${url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  });
  expect(answer.body).toMatchObject({ text });
});

test('a connection that breaks off in the middle is told once', async () => {
  const before = seen.length;
  const told = new Promise<void>((resolve) => {
    onSeen = resolve;
  });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  const head = 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a":';
  socket.write(head, () => socket.destroy());
  await told;
  // One more request, so that anything told twice would be there by now.
  await send(`${url}/echo`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect(seen.slice(before)).toEqual(['malformed_body: The body ended early.']);
});
