import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cutDatabase } from '@posthorn/testing';
import { type RawRequest, startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const MAX_BODY_BYTES = 4096;
const PATH = '/api/2.0/webhooks';
const JSON_TYPE = { 'Content-Type': 'application/json' };
let passona: TestDialect;
let uuid: string;

beforeAll(async () => {
  passona = await startTestDialect((token) => ({ Authorization: `Bearer ${token}` }), {
    MAX_BODY_BYTES: String(MAX_BODY_BYTES),
  });
  uuid = (await passona.call('POST', PATH, { name: 'Example', url: 'https://crm.example.com' })).body.data.uuid;
});
afterAll(() => passona.close());

const refused = (message: string) => JSON.stringify({ message });

/** Status and body of an answer; every one of them is JSON that no cache may keep. */
const answerTo = async (request: RawRequest): Promise<[number, string]> => {
  const { status, headers, text } = await passona.send(request);
  if (status !== 204) expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  return [status, text];
};

const bearer = (token: string) => ({ Authorization: `Bearer ${token}`, ...JSON_TYPE });
const WEBHOOK = JSON.stringify({ name: 'Example', url: 'https://crm.example.com' });
const calls = (): [string, string, string?][] => [
  ['GET', PATH],
  ['POST', PATH, WEBHOOK],
  ['GET', `${PATH}/${uuid}`],
  ['PUT', `${PATH}/${uuid}`, WEBHOOK],
  ['PATCH', `${PATH}/${uuid}`, WEBHOOK],
  ['DELETE', `${PATH}/${uuid}`],
];
const withBody = (body: string | undefined) => (body === undefined ? {} : { body });

describe('a path', () => {
  test.each([
    `${PATH}/`,
    `${PATH}//?per_page=20&page=1`,
    '//api//2.0///webhooks//',
    '/API/2.0/WebHooks',
    '/api/webhooks',
    '/api/webhooks//?per_page=20&page=1',
  ])('%s is the list', async (path) => {
    const { status, body } = await passona.call('GET', path);
    expect([status, body.meta.path]).toEqual([200, `${passona.pipeline.url}${PATH}`]);
  });

  test.each(['/api/2.0/webhooks//UUID', '/api/2.0/webhooks/UUID/', '//api/webhooks/UUID//'])(
    '%s is one webhook',
    async (path) => {
      const { body } = await passona.call('GET', path.replace('UUID', uuid));
      expect(body.data).toMatchObject({ uuid, links: [{ uri: `${passona.pipeline.url}${PATH}/${uuid}` }] });
    },
  );

  test.each([`${PATH}/a/b`, '/api/webhooks/a/b/c', `${PATH}/%zz/%zz`])('%s leads nowhere', async (path) => {
    expect(await answerTo({ method: 'GET', path })).toEqual([404, refused('Not Found')]);
  });

  test.each([
    ['GET', '/api/2.0/keywords'],
    ['GET', '/api/2.0/keywords/a'],
    ['DELETE', '/api/2.0/keywords'],
    ['DELETE', '/api/2.0/keywords/a/b'],
    ['GET', '/api/2.0/webhooksx'],
    ['GET', '/api/2.1/webhooks'],
  ])('%s %s is none of this API', async (method, path) => {
    expect((await passona.call(method, path)).body).toMatchObject({ status: 404, code: 'not_found' });
  });

  test.each([
    ['PUT', PATH, 'GET, HEAD, POST'],
    ['DELETE', `${PATH}/`, 'GET, HEAD, POST'],
    ['OPTIONS', PATH, 'GET, HEAD, POST'],
    ['POST', `${PATH}/1`, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['PROPFIND', '/api/webhooks/1', 'GET, HEAD, PUT, PATCH, DELETE'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const { status, headers, text } = await passona.call(method, path);
    expect([status, headers['allow'], text]).toEqual([
      405,
      allow,
      refused(`The ${method} method is not supported for this route. Supported methods: ${allow}.`),
    ]);
  });

  test('HEAD is answered as GET is, without the body', async () => {
    expect(await passona.call('HEAD', `${PATH}/${uuid}`)).toMatchObject({ status: 200, text: '' });
  });
});

describe('a body', () => {
  const post = (type: string | undefined, body: string | Buffer, headers: Record<string, string> = {}) =>
    answerTo({
      method: 'POST',
      path: PATH,
      headers: {
        Authorization: `Bearer ${passona.token}`,
        ...(type === undefined ? {} : { 'Content-Type': type }),
        ...headers,
      },
      body,
    });

  test.each([
    ['application/json'],
    ['APPLICATION/JSON; charset=UTF-8'],
    ['text/json'],
    ['application/vnd.api+json'],
    [undefined],
  ])('of type %s is read as JSON', async (type) => {
    expect((await post(type, WEBHOOK))[0]).toBe(201);
    expect((await post(type, gzipSync(WEBHOOK), { 'Content-Encoding': 'gzip' }))[0]).toBe(201);
  });

  test('may be a form with brackets', async () => {
    const form = 'name=C%C3%A4t&url=https%3A%2F%2Fcrm.example.com&headers[X-Key]=k&headers%5BAccept%5D=a%2Fb';
    const [status, text] = await post('application/x-www-form-urlencoded', form);
    expect([status, JSON.parse(text)]).toEqual([
      201,
      {
        data: expect.objectContaining({
          name: 'Cät',
          url: 'https://crm.example.com',
          headers: { 'X-Key': 'k', Accept: 'a/b' },
        }),
      },
    ]);
    const [, empty] = await post('application/x-www-form-urlencoded', 'name=a&url=https://crm.example.com&headers=');
    expect(empty).toContain('"headers":{}');
  });

  test.each<[string, string | undefined, string | Buffer, number, string]>([
    ['broken', 'application/json', '{"name":', 400, 'The body is not JSON.'],
    ['not UTF-8', 'application/json', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'The body is not UTF-8.'],
    ['no JSON', undefined, 'name=x', 400, 'The body is not JSON.'],
    ['a list', 'application/json', '[1]', 400, 'The body is not a JSON object.'],
    ['a text', 'application/json', '"x"', 400, 'The body is not a JSON object.'],
    ['null', 'application/json', 'null', 400, 'The body is not a JSON object.'],
    ['plain text', 'text/plain', 'name=x', 415, 'Unsupported Media Type'],
    ['XML', 'application/xml', '<webhook/>', 415, 'Unsupported Media Type'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 415, 'Unsupported Media Type'],
    ['too large', 'application/json', `"${'a'.repeat(MAX_BODY_BYTES)}"`, 413, 'Payload Too Large'],
    [
      'a form of too many parts',
      'application/x-www-form-urlencoded',
      'a&'.repeat(1500),
      400,
      'The form is too large or nested too deep.',
    ],
  ])('that is %s is refused', async (_what, type, body, status, message) => {
    expect(await post(type, body)).toEqual([status, refused(message)]);
  });

  test('that cannot be unpacked is refused', async () => {
    expect(await post('application/json', 'x', { 'Content-Encoding': 'gzip' })).toEqual([
      400,
      refused('The body could not be unpacked.'),
    ]);
    expect((await post('application/json', 'x', { 'Content-Encoding': 'compress' }))[0]).toBe(415);
  });

  test('with names of the prototype changes nothing but what it says', async () => {
    const body = '{"__proto__":{"name":"a","url":"https://crm.example.com"}}';
    expect((await post('application/json', body))[0]).toBe(422);
    const named = '{"name":"a","url":"https://crm.example.com","headers":{"constructor":"c","toString":"t"}}';
    expect((await post('application/json', named))[1]).toContain('"headers":{"constructor":"c","toString":"t"}');
    const proto = '{"name":"a","url":"https://crm.example.com","headers":{"__proto__":"c"}}';
    const [status, text] = await post('application/json', proto);
    expect([status, Object.keys((JSON.parse(text) as { errors: object }).errors)]).toEqual([
      422,
      ['headers.__proto__'],
    ]);
  });

  test('is not read before the token is known to be good', async () => {
    const request = { method: 'POST', path: PATH, headers: bearer('wrong') };
    expect(await answerTo({ ...request, body: 'a'.repeat(3 * MAX_BODY_BYTES) })).toEqual([
      401,
      refused('Unauthenticated.'),
    ]);
  });

  test('of GET and DELETE is not looked at', async () => {
    const own = (await passona.call('POST', PATH, JSON.parse(WEBHOOK))).body.data.uuid;
    for (const body of ['[]', '[', '']) {
      const headers = { ...bearer(passona.token), 'Content-Length': String(body.length) };
      expect((await answerTo({ method: 'GET', path: `${PATH}/${own}`, headers, body }))[0]).toBe(200);
    }
    const headers = { ...bearer(passona.token), 'Content-Length': '2' };
    expect(await answerTo({ method: 'DELETE', path: `${PATH}/${own}`, headers, body: '[]' })).toEqual([204, '']);
  });
});

test('while the database is away every call answers 503 in the form of this API', async () => {
  const restore = await cutDatabase(passona.pipeline.env['DATABASE_URL'] ?? '');
  try {
    for (const [method, path, body] of calls()) {
      const request = { method, path, headers: bearer(passona.token), ...withBody(body) };
      expect(await answerTo(request)).toEqual([503, refused('Service Unavailable')]);
    }
  } finally {
    await restore();
  }
});
