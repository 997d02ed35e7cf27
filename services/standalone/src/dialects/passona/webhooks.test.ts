import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/2.0/webhooks';
let passona: TestDialect;

beforeAll(async () => {
  passona = await startTestDialect((token) => ({ Authorization: `Bearer ${token}` }));
});
afterAll(() => passona.close());

const url = 'https://crm.example.com/in';
const UNKNOWN = '01890a5d-ac96-774b-bcce-b302099a8057';
const NO_SUCH = [404, '{"message":"Not Found"}'];
const NOT_UUIDS = [UNKNOWN, '7', 'abc', 'f3357bfe-fb20-11e9-93ef-0242ac120008ds', '%zz', '%00', `${UNKNOWN}%2F`];

interface Shown {
  name: string;
  uuid: string;
  url: string;
  headers: Record<string, string>;
  links: { rel: string; uri: string }[];
}

const create = async (values: object = {}): Promise<Shown> => {
  const { status, body } = await passona.call('POST', PATH, { name: 'Example', url, ...values });
  expect(status).toBe(201);
  return body.data as Shown;
};

const outcome = async (method: string, path: string, body?: unknown, token?: string) => {
  const answer = await passona.call(method, path, body, token);
  return [answer.status, answer.text];
};

describe('create', () => {
  test('has headers {} when there are none, however none is written', async () => {
    for (const headers of [undefined, {}, [], null, '']) {
      const { status, text } = await passona.call('POST', PATH, { name: 'Example', url, headers });
      expect(status).toBe(201);
      expect(text).toContain('"headers":{},"links":[');
    }
  });

  test('links to itself at the address that was called, where no public one is configured', async () => {
    const { uuid, links } = await create();
    expect(links).toEqual([{ rel: 'self', uri: `${passona.pipeline.url}${PATH}/${uuid}` }]);
  });

  test('cuts white space around name and url, and ignores fields that it does not know', async () => {
    const made = await create({ name: ' Example  ', url: ` ${url}\n`, uuid: 'mine', state: 'Stopped' });
    expect(made).toMatchObject({ name: 'Example', url });
    expect(made.uuid).not.toBe('mine');
  });
});

describe('show', () => {
  test('has the object that creation answered with', async () => {
    const made = await create({ headers: { 'X-Key': 'k', Accept: '' } });
    expect(await outcome('GET', `${PATH}/${made.uuid}`)).toEqual([200, JSON.stringify({ data: made })]);
    expect((await passona.call('GET', `${PATH}/${made.uuid.toUpperCase()}`)).status).toBe(200);
  });

  test.each(NOT_UUIDS)('of %s, which no webhook has, is not found', async (uuid) => {
    expect(await outcome('GET', `${PATH}/${uuid}`)).toEqual(NO_SUCH);
  });
});

describe.each(['PUT', 'PATCH'])('edit by %s', (method) => {
  test('changes what is given and nothing else', async () => {
    const made = await create({ headers: { 'X-Key': 'k' } });
    let expected = made;
    for (const change of [{ name: 'Renamed' }, { url: 'https://other.example.com/' }, { headers: { A: '1' } }]) {
      expected = { ...expected, ...change };
      expect((await passona.call(method, `${PATH}/${made.uuid}`, change)).body).toEqual({ data: expected });
    }
  });

  test('replaces the headers whole', async () => {
    const { uuid } = await create({ headers: { 'X-Key': 'k', 'X-Other': 'o' } });
    const edit = async (headers: unknown) =>
      (await passona.call(method, `${PATH}/${uuid}`, { headers })).body.data.headers;
    expect(await edit({ 'X-New': 'n' })).toEqual({ 'X-New': 'n' });
    expect(await edit(null)).toEqual({ 'X-New': 'n' });
    expect(await edit([])).toEqual({});
  });

  test('with nothing, or nothing that is known, answers with the webhook as it is', async () => {
    const made = await create({ headers: { 'X-Key': 'k' } });
    for (const body of [{}, [], { uuid: 'x', unknown: 1 }, { name: null, url: null }]) {
      expect((await passona.call(method, `${PATH}/${made.uuid}`, body)).body).toEqual({ data: made });
    }
    expect((await passona.call(method, `${PATH}/${made.uuid}`)).body).toEqual({ data: made });
  });

  test.each(NOT_UUIDS)('of %s, which no webhook has, is not found', async (uuid) => {
    expect(await outcome(method, `${PATH}/${uuid}`, { name: 'x' })).toEqual(NO_SUCH);
  });
});

describe('delete', () => {
  test('answers 204 without a body; a second time there is none', async () => {
    const { uuid } = await create();
    const { status, text, headers } = await passona.call('DELETE', `${PATH}/${uuid}`, []);
    expect([status, text, headers['content-type']]).toEqual([204, '', undefined]);
    for (const method of ['DELETE', 'GET']) expect(await outcome(method, `${PATH}/${uuid}`)).toEqual(NO_SUCH);
    expect(await outcome('PUT', `${PATH}/${uuid}`, { name: 'x' })).toEqual(NO_SUCH);
  });

  test.each(NOT_UUIDS)('of %s, which no webhook has, is not found', async (uuid) => {
    expect(await outcome('DELETE', `${PATH}/${uuid}`)).toEqual(NO_SUCH);
  });
});

describe('what is wrong with a parameter', () => {
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`X-${index}`, 'v']));
  const WRONG: [string, unknown, Record<string, string[]>][] = [
    ['name', '', { name: ['The name field is required.'] }],
    ['name', '  ', { name: ['The name field is required.'] }],
    ['name', 7, { name: ['The name must be a string.'] }],
    ['name', ['a'], { name: ['The name must be a string.'] }],
    ['name', 'ä'.repeat(256), { name: ['The name may not be greater than 255 characters.'] }],
    ['name', 'a\u0000b', { name: ['The name must not contain the character NUL.'] }],
    ['name', '\ud800', { name: ['The name must not contain half of a surrogate pair.'] }],
    ['url', '', { url: ['The url field is required.'] }],
    ['url', 7, { url: ['The url format is invalid.'] }],
    ['url', {}, { url: ['The url format is invalid.'] }],
    ['url', 'example.com', { url: ['The url format is invalid.'] }],
    ['url', 'ftp://example.com', { url: ['The url format is invalid.'] }],
    ['url', 'https://a b.example.com', { url: ['The url format is invalid.'] }],
    ['url', `${url}/${'a'.repeat(4000)}`, { url: ['The url may not be greater than 4000 characters.'] }],
    ['url', 'http://10.0.0.1/', { url: ['The url cannot be used: 10.0.0.1 is a private address.'] }],
    ['headers', 'Accept: x', { headers: ['The headers must be an array.'] }],
    ['headers', 7, { headers: ['The headers must be an array.'] }],
    ['headers', ['Accept: x'], { headers: ['The headers format is invalid.'] }],
    ['headers', many, { headers: ['The headers may not have more than 50 items.'] }],
    [
      'headers',
      { 'X-A': 1, 'X-B': null, 'X-C': 'ok' },
      { 'headers.X-A': ['The headers.X-A must be a string.'], 'headers.X-B': ['The headers.X-B must be a string.'] },
    ],
    ['headers', { 'X-A': 'a\r\nX-B: b' }, { 'headers.X-A': ['The headers.X-A format is invalid.'] }],
    [
      'headers',
      { 'X-A': 'a'.repeat(4097) },
      { 'headers.X-A': ['The headers.X-A may not be greater than 4096 characters.'] },
    ],
    ['headers', { 'X A': 'a' }, { headers: ['The headers has a name that is no HTTP header name: X A.'] }],
    ['headers', { Host: 'a' }, { headers: ['The headers may not set Host: it belongs to the delivery itself.'] }],
    ['headers', { 'x-a': 'a', 'X-A': 'b' }, { headers: ['The headers names X-A twice (header names have no case).'] }],
  ];
  const invalid = (errors: object) => [422, JSON.stringify({ message: 'The given data was invalid.', errors })];

  test.each(WRONG)('%s: %j is told on creation and on edit', async (field, value, errors) => {
    expect(await outcome('POST', PATH, { name: 'Example', url, [field]: value })).toEqual(invalid(errors));
    const { uuid } = await create();
    for (const method of ['PUT', 'PATCH']) {
      expect(await outcome(method, `${PATH}/${uuid}`, { [field]: value })).toEqual(invalid(errors));
    }
  });

  test('is told of all of them at once', async () => {
    expect(await outcome('POST', PATH, { name: 7, headers: 'x' })).toEqual(
      invalid({
        name: ['The name must be a string.'],
        url: ['The url field is required.'],
        headers: ['The headers must be an array.'],
      }),
    );
  });

  test.each([{}, [], { name: null, url: null }, { unknown: 1 }])(
    'a body of %j has neither name nor url',
    async (body) => {
      expect(await outcome('POST', PATH, body)).toEqual(
        invalid({ name: ['The name field is required.'], url: ['The url field is required.'] }),
      );
    },
  );

  test('a name of 255 characters is none, whatever they are', async () => {
    const name = '😀'.repeat(200);
    expect((await create({ name })).name).toBe(name);
    expect((await create({ name: 'ä'.repeat(255) })).name).toHaveLength(255);
  });
});
