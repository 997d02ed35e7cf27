import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/v1/webhooks';
let sonar: TestDialect;

beforeAll(async () => {
  sonar = await startTestDialect((token) => ({ 'X-Token': token }));
});
afterAll(() => sonar.close());

const url = 'https://meow.example.com/in';

const create = async (values: object = {}) => {
  const { status, body, text } = await sonar.call('POST', PATH, { webhook: { url, ...values } });
  expect([status, text]).toEqual([200, text]);
  return body as { id: number; active: boolean; settings: Record<string, string>; updated_at: string };
};

const NO_SUCH = [404, '{"error":"Not Found"}'];
const NOT_IDS = ['0', '-1', '1.5', 'abc', '999999999', '99999999999', '%zz', '%00', '1%2F2', 'constructor'];

const outcome = async (method: string, path: string, body?: unknown, token?: string) => {
  const answer = await sonar.call(method, path, body, token);
  return [answer.status, answer.text];
};

describe('show', () => {
  test('has the object that creation answered with', async () => {
    const created = await create({ name: 'Cat', active: true, settings: { a: 'true' }, http_method: 'put' });
    expect(Object.keys(created)).toEqual([
      'id',
      'active',
      'settings',
      'url',
      'http_method',
      'payload',
      'name',
      'created_at',
      'updated_at',
    ]);
    expect(created).toMatchObject({ active: true, http_method: 'PUT', payload: '', name: 'Cat' });
    expect((await sonar.call('GET', `${PATH}/${created.id}`)).body).toEqual(created);
  });

  test.each(NOT_IDS)('of %s, which no webhook has, is not found', async (id) => {
    expect(await outcome('GET', `${PATH}/${id}`)).toEqual(NO_SUCH);
  });
});

describe('list', () => {
  test('is an array of all webhooks of the account, oldest first; an empty one when there are none', async () => {
    const { token } = await sonar.addToken(['manage']);
    expect(await outcome('GET', PATH, undefined, token)).toEqual([200, '[]']);
    const made = [];
    for (const name of ['one', 'two', 'three']) {
      made.push((await sonar.call('POST', PATH, { webhook: { url, name } }, token)).body);
    }
    expect((await sonar.call('GET', `${PATH}/`, undefined, token)).body).toEqual(made);
  });
});

describe.each(['PUT', 'PATCH'])('update by %s', (method) => {
  const update = async (id: number, webhook: object) => sonar.call(method, `${PATH}/${id}`, { webhook });

  test('changes what is given and nothing else', async () => {
    const created = await create({ name: 'Cat', active: 'true', settings: { a: 'true', b: 'false' } });
    for (const change of [
      { name: 'Dog' },
      { url: 'https://woof.example.com/' },
      { http_method: 'DELETE' },
      { active: false },
      { active: true },
    ]) {
      const before = (await sonar.call('GET', `${PATH}/${created.id}`)).body;
      const { status, body } = await update(created.id, change);
      expect([status, body]).toEqual([200, { ...before, ...change, updated_at: body.updated_at }]);
    }
  });

  test('replaces the settings whole', async () => {
    const { id } = await create({ settings: { a: 'true', b: 'false' } });
    const { body } = await update(id, { settings: { c: 'false', b: 'true' } });
    expect(JSON.stringify(body.settings)).toBe('{"c":"false","b":"true"}');
    expect((await update(id, { settings: [] })).body.settings).toEqual({});
  });

  test('with nothing, or nothing that is known, leaves it as it is', async () => {
    const created = await create({ name: 'Cat' });
    for (const webhook of [
      {},
      [],
      { payload: 'x', id: 9, created_at: 'never', unknown: 1 },
      { name: null, url: null },
    ]) {
      const { status, body } = await update(created.id, webhook);
      expect([status, body]).toEqual([200, { ...created, updated_at: body.updated_at }]);
    }
  });

  test('takes the fields without a wrapper, and a form', async () => {
    const { id } = await create();
    expect((await sonar.call(method, `${PATH}/${id}`, { name: 'Flat' })).body.name).toBe('Flat');
    const headers = { 'X-Token': sonar.token, 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = 'webhook[name]=Form&webhook[settings][a]=true';
    const answer = await sonar.send({ method, path: `${PATH}/${id}`, headers, body });
    expect(answer.body).toMatchObject({ name: 'Form', settings: { a: 'true' } });
  });

  test.each(NOT_IDS)('of %s, which no webhook has, is not found', async (id) => {
    expect(await outcome(method, `${PATH}/${id}`, { webhook: { name: 'x' } })).toEqual(NO_SUCH);
  });
});

describe('delete', () => {
  test('answers with the webhook that it was; a second time there is none', async () => {
    const created = await create({ name: 'Cat' });
    expect(await outcome('DELETE', `${PATH}/${created.id}`)).toEqual([200, JSON.stringify(created)]);
    for (const method of ['DELETE', 'GET']) expect(await outcome(method, `${PATH}/${created.id}`)).toEqual(NO_SUCH);
    expect(await outcome('PUT', `${PATH}/${created.id}`, { name: 'x' })).toEqual(NO_SUCH);
  });

  test.each(NOT_IDS)('of %s, which no webhook has, is not found', async (id) => {
    expect(await outcome('DELETE', `${PATH}/${id}`)).toEqual(NO_SUCH);
  });
});

describe('what is wrong with a parameter', () => {
  const WRONG: [string, unknown, string][] = [
    ['url', '', 'webhook[url] is empty'],
    ['url', 7, 'webhook[url] is invalid'],
    ['url', {}, 'webhook[url] is invalid'],
    ['url', 'meow', 'webhook[url] is invalid'],
    ['url', 'ftp://meow.example.com', 'webhook[url] is invalid'],
    ['url', 'https://meow example.com', 'webhook[url] is invalid'],
    ['url', 'https://meow.example.com/a b', 'webhook[url] is invalid'],
    ['url', 'https://', 'webhook[url] is invalid'],
    ['url', `https://meow.example.com/${'a'.repeat(4000)}`, 'webhook[url] is invalid'],
    ['url', 'http://10.0.0.1/', 'webhook[url] cannot be used: 10.0.0.1 is a private address'],
    [
      'url',
      'https://user:pass@meow.example.com/',
      'webhook[url] cannot be used: user name and password do not belong in the URL: send an authorization header instead',
    ],
    ['active', 'yes', 'webhook[active] is invalid'],
    ['active', '', 'webhook[active] is invalid'],
    ['active', 2, 'webhook[active] is invalid'],
    ['active', [], 'webhook[active] is invalid'],
    ['settings', 'all', 'webhook[settings] is invalid'],
    ['settings', true, 'webhook[settings] is invalid'],
    ['settings', ['a'], 'webhook[settings] is invalid'],
    ['settings', { a: 'maybe' }, 'webhook[settings][a] is invalid'],
    ['settings', { a: null }, 'webhook[settings][a] is invalid'],
    ['settings', { a: {} }, 'webhook[settings][a] is invalid'],
    ['settings', { 'a,b': 'true' }, 'webhook[settings] is invalid'],
    ['settings', { '': 'true' }, 'webhook[settings] is invalid'],
    ['settings', { 'a\u0000': 'true' }, 'webhook[settings] is invalid'],
    ['settings', { '\ud800': 'true' }, 'webhook[settings] is invalid'],
    ['settings', { '\ud800': 'false' }, 'webhook[settings] is invalid'],
    ['settings', { ['a'.repeat(201)]: 'true' }, 'webhook[settings] is invalid'],
    [
      'settings',
      Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`e${index}`, 'false'])),
      'webhook[settings] is invalid',
    ],
    ['http_method', 'HEAD', 'webhook[http_method] is invalid'],
    ['http_method', 7, 'webhook[http_method] is invalid'],
    ['http_method', ['POST'], 'webhook[http_method] is invalid'],
    ['name', {}, 'webhook[name] is invalid'],
    ['name', true, 'webhook[name] is invalid'],
    ['name', 'a'.repeat(401), 'webhook[name] is invalid'],
    ['name', 'a\u0000b', 'webhook[name] is invalid'],
    ['name', '\udc00', 'webhook[name] is invalid'],
  ];

  test.each(WRONG)('%s: %j is told on creation and on update', async (field, value, text) => {
    const webhook = { url, [field]: value };
    const expected = [400, JSON.stringify({ error: text })];
    expect(await outcome('POST', PATH, { webhook })).toEqual(expected);
    const { id } = await create();
    expect(await outcome('PUT', `${PATH}/${id}`, { webhook })).toEqual(expected);
    expect(await outcome('PATCH', `${PATH}/${id}`, { [field]: value })).toEqual([
      400,
      JSON.stringify({ error: text.replace(/webhook\[(\w+)\]/, '$1') }),
    ]);
  });

  test('is told of all of them at once', async () => {
    expect(await outcome('POST', PATH, { webhook: { active: 'x', settings: { a: 'b' }, http_method: 'y' } })).toEqual([
      400,
      JSON.stringify({
        error:
          'webhook[url] is missing, webhook[active] is invalid, webhook[settings][a] is invalid, webhook[http_method] is invalid',
      }),
    ]);
  });

  test.each<[unknown, string]>([
    [{}, 'webhook is missing'],
    [[], 'webhook is missing'],
    [[1], 'webhook is missing'],
    ['text', 'webhook is missing'],
    [null, 'webhook is missing'],
    [{ webhook: null }, 'webhook is missing'],
    [{ other: 1 }, 'webhook is missing'],
    [{ webhook: 'text' }, 'webhook is invalid'],
    [{ webhook: [1] }, 'webhook is invalid'],
    [{ webhook: {} }, 'webhook[url] is missing'],
    [{ webhook: [] }, 'webhook[url] is missing'],
    [{ webhook: { url: null } }, 'webhook[url] is missing'],
    [{ name: 'Cat' }, 'url is missing'],
  ])('a body of %j', async (body, text) => {
    expect(await outcome('POST', PATH, body)).toEqual([400, JSON.stringify({ error: text })]);
  });
});
