import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cutDatabase } from '@posthorn/testing';
import { type RawRequest, startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const MAX_BODY_BYTES = 4096;
const PATH = '/api/v1/webhooks';
const JSON_TYPE = { 'Content-Type': 'application/json' };
let sonar: TestDialect;
let id: number;

beforeAll(async () => {
  sonar = await startTestDialect((token) => ({ 'X-Token': token }), { MAX_BODY_BYTES: String(MAX_BODY_BYTES) });
  id = (await sonar.call('POST', PATH, { url: 'https://meow.example.com' })).body.id;
});
afterAll(() => sonar.close());

const refused = (error: string) => JSON.stringify({ error });

/** Status and body of an answer; every one of them is JSON that no cache may keep. */
const answerTo = async (request: RawRequest): Promise<[number, string]> => {
  const { status, headers, text } = await sonar.send(request);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  return [status, text];
};

const WEBHOOK = JSON.stringify({ webhook: { url: 'https://meow.example.com', name: 'Cat' } });
const calls = (): [string, string, string?][] => [
  ['GET', PATH],
  ['POST', PATH, WEBHOOK],
  ['GET', `${PATH}/${id}`],
  ['PUT', `${PATH}/${id}`, WEBHOOK],
  ['PATCH', `${PATH}/${id}`, WEBHOOK],
  ['DELETE', `${PATH}/${id}`],
];
const withBody = (body: string | undefined) => (body === undefined ? {} : { body });

describe('a path', () => {
  test.each([`${PATH}/`, '/API/V1/WebHooks', '//api/v1//webhooks', `${PATH}?x=%zz`])('%s is the list', async (path) => {
    expect((await sonar.call('GET', path)).status).toBe(200);
  });

  test('of one webhook may end with a slash', async () => {
    expect((await sonar.call('GET', `/Api/V1/Webhooks/${id}/`)).body.id).toBe(id);
  });

  test.each([`${PATH}/1/2`, `${PATH}/1/test`, `${PATH}/%zz/%zz`])('%s leads nowhere', async (path) => {
    expect(await answerTo({ method: 'GET', path })).toEqual([404, refused('Not Found')]);
  });

  test.each(['/api/v1/webhooksx', '/api/v2/webhooks', '/api/v1'])('%s is none of this API', async (path) => {
    expect((await sonar.call('GET', path)).body).not.toHaveProperty('error');
  });

  test.each([
    ['PUT', PATH, 'GET, HEAD, POST'],
    ['DELETE', `${PATH}/`, 'GET, HEAD, POST'],
    ['OPTIONS', PATH, 'GET, HEAD, POST'],
    ['POST', `${PATH}/1`, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['PROPFIND', `${PATH}/1`, 'GET, HEAD, PUT, PATCH, DELETE'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const { status, headers, text } = await sonar.call(method, path);
    expect([status, headers['allow'], text]).toEqual([405, allow, refused('405 Not Allowed')]);
  });

  test('HEAD is answered as GET is, without the body', async () => {
    expect(await sonar.call('HEAD', `${PATH}/${id}`)).toMatchObject({ status: 200, text: '' });
  });
});

describe('a body', () => {
  const post = (type: string | undefined, body: string | Buffer, headers: Record<string, string> = {}) =>
    answerTo({
      method: 'POST',
      path: PATH,
      headers: { 'X-Token': sonar.token, ...(type === undefined ? {} : { 'Content-Type': type }), ...headers },
      body,
    });

  test.each([
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['APPLICATION/JSON'],
    ['text/json'],
    ['application/vnd.api+json'],
    ['text/plain'],
    ['text/plain;charset=UTF-8'],
    [undefined],
  ])('of type %s is read as JSON', async (type) => {
    const [status, text] = await post(type, WEBHOOK);
    expect([status, JSON.parse(text)]).toEqual([200, expect.objectContaining({ name: 'Cat' })]);
  });

  test('may be a form with brackets, with and without the wrapper', async () => {
    const type = 'application/x-www-form-urlencoded';
    const wrapped =
      'webhook[name]=C%C3%A4t&webhook[active]=true&webhook[settings][b]=false&webhook%5Bsettings%5D%5Ba%5D=true&webhook[url]=https%3A%2F%2Fmeow.example.com&webhook[http_method]=post';
    for (const form of [wrapped, wrapped.replaceAll(/webhook(?:\[|%5B)(\w+)(?:\]|%5D)/g, '$1')]) {
      const [status, text] = await post(type, form);
      expect(status).toBe(200);
      expect(text).toMatch(/"active":true,"settings":\{"b":"false","a":"true"\},"url":"https:\/\/meow\.example\.com",/);
      expect(JSON.parse(text)).toMatchObject({ http_method: 'POST', name: 'Cät' });
    }
    const [, php] = await post(type, 'url=https://meow.example.com&active=1&settings[a]=1&settings[b]=0');
    expect(JSON.parse(php)).toMatchObject({ active: true, settings: { a: 'true', b: 'false' } });
    const [, empty] = await post(type, 'url=https://meow.example.com&settings=&http_method=&name=');
    expect(JSON.parse(empty)).toMatchObject({ active: false, settings: {}, http_method: 'POST', name: '' });
    const [, list] = await post(type, 'url=https://meow.example.com&settings[][a]=true');
    expect(JSON.parse(list)).toMatchObject({ settings: { a: 'true' } });
  });

  test('may be compressed', async () => {
    expect((await post('application/json', gzipSync(WEBHOOK), { 'Content-Encoding': 'gzip' }))[0]).toBe(200);
  });

  test.each<[string, string | undefined, string | Buffer, number, string]>([
    ['broken', 'application/json', '{"webhook":', 400, 'message body does not match declared format'],
    [
      'not UTF-8',
      'application/json',
      Buffer.from([0x7b, 0xff, 0x7d]),
      400,
      'message body does not match declared format',
    ],
    ['a form in JSON', 'application/json', 'url=x', 400, 'message body does not match declared format'],
    ['empty', 'application/json', '', 400, 'webhook is missing'],
    ['blank', undefined, ' ', 400, 'webhook is missing'],
    ['of no type and no JSON', undefined, 'url=x', 415, 'The provided content-type is not supported'],
    ['text', 'text/plain', 'url=x', 415, 'The provided content-type is not supported'],
    ['XML', 'application/xml', '<webhook/>', 415, 'The provided content-type is not supported'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 415, 'The provided content-type is not supported'],
    ['too large', 'application/json', `"${'a'.repeat(MAX_BODY_BYTES)}"`, 413, 'Request Entity Too Large'],
    [
      'a form of too many parts',
      'application/x-www-form-urlencoded',
      'a&'.repeat(1500),
      400,
      'message body does not match declared format',
    ],
  ])('that is %s is refused', async (_what, type, body, status, text) => {
    expect(await post(type, body)).toEqual([status, refused(text)]);
  });

  test('that is not unpacked is refused', async () => {
    expect(await post('application/json', 'x', { 'Content-Encoding': 'gzip' })).toEqual([
      400,
      refused('message body does not match declared format'),
    ]);
    expect((await post('application/json', 'x', { 'Content-Encoding': 'compress' }))[0]).toBe(415);
  });

  test('with names of the prototype changes nothing but what it says', async () => {
    const body = '{"__proto__":{"url":"https://meow.example.com"},"constructor":{"name":"x"}}';
    expect(await post('application/json', body)).toEqual([400, refused('webhook is missing')]);
    const settings = '{"url":"https://meow.example.com","settings":{"constructor":"true","toString":"false"}}';
    expect((await post('application/json', settings))[1]).toContain(
      '"settings":{"constructor":"true","toString":"false"}',
    );
    const proto = '{"url":"https://meow.example.com","settings":{"__proto__":"true"}}';
    expect((await post('application/json', proto))[1]).toContain('"settings":{"__proto__":"true"}');
  });

  test('is not read before the token is known to be good', async () => {
    const request = { method: 'POST', path: PATH, headers: { 'X-Token': 'wrong', ...JSON_TYPE } };
    expect(await answerTo({ ...request, body: 'a'.repeat(3 * MAX_BODY_BYTES) })).toEqual([401, refused('Bad Token')]);
  });

  test('of GET and DELETE is not looked at', async () => {
    const headers = { 'X-Token': sonar.token, ...JSON_TYPE, 'Content-Length': '1' };
    const { id: doomed } = (await sonar.call('POST', PATH, JSON.parse(WEBHOOK))).body;
    expect((await sonar.send({ method: 'GET', path: PATH, headers, body: '[' })).status).toBe(200);
    expect((await sonar.send({ method: 'DELETE', path: `${PATH}/${doomed}`, headers, body: '[' })).status).toBe(200);
  });
});

test('while the database is away every call answers 503 in the form of this API', async () => {
  const restore = await cutDatabase(sonar.pipeline.env['DATABASE_URL'] ?? '');
  try {
    for (const [method, path, body] of calls()) {
      const headers = { 'X-Token': sonar.token, ...JSON_TYPE };
      expect(await answerTo({ method, path, headers, ...withBody(body) })).toEqual([
        503,
        refused('Service Unavailable'),
      ]);
    }
  } finally {
    await restore();
  }
});
