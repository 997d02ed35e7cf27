import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cutDatabase } from '@posthorn/testing';
import {
  configOf,
  newWebhook,
  type RawRequest,
  startTestWooxy,
  type TestWooxy,
} from '../../testing/start-test-wooxy.ts';

const MAX_BODY_BYTES = 4096;
let wooxy: TestWooxy;

beforeAll(async () => {
  wooxy = await startTestWooxy({ MAX_BODY_BYTES: String(MAX_BODY_BYTES) });
});
afterAll(() => wooxy.close());

const CALLS = ['create', 'list', 'remove'];
const refused = (error: string) => JSON.stringify({ result: false, errors: [error] });

/** Status and body of an error; every one of them is JSON that no cache may keep. */
const errorTo = async (request: RawRequest): Promise<[number, string]> => {
  const { status, headers, text } = await wooxy.send(request);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  return [status, text];
};

const authorized = (headers: Record<string, string> = { 'Content-Type': 'application/json' }) => ({
  'Access-Token': wooxy.token,
  ...headers,
});

describe.each(CALLS)('the token of webhook/%s', (call) => {
  const path = `/v3/webhook/${call}`;

  test.each<[string, Record<string, string | string[]>]>([
    ['missing', {}],
    ['empty', { 'Access-Token': '' }],
    ['blank', { 'Access-Token': '  ' }],
    ['two words', { 'Access-Token': 'Bearer abcdef' }],
    ['not ASCII', { 'Access-Token': 'tökenövalueö' }],
    ['sent twice', { 'Access-Token': ['token-number-one', 'token-number-two'] }],
    ['too long', { 'Access-Token': 'x'.repeat(1001) }],
    ['in another header', { Authorization: 'Bearer TOKEN' }],
  ])('%s is refused', async (_what, headers) => {
    const sent = JSON.parse(JSON.stringify(headers).replace('TOKEN', wooxy.token)) as typeof headers;
    expect(await errorTo({ path, headers: sent })).toEqual([401, refused('Invalid authorization token!')]);
  });

  test('unknown is refused, and shown only by its beginning', async () => {
    const headers = { 'Access-Token': 'hunter2-0123456789-0123456789' };
    expect(await errorTo({ path, headers })).toEqual([401, refused('no matches found for access token hunt…')]);
    expect(await errorTo({ path, headers: { 'Access-Token': 'hunter2' } })).toEqual([
      401,
      refused('no matches found for access token …'),
    ]);
  });

  test('revoked is refused like an unknown one', async () => {
    const { token, tokenId } = await wooxy.account('manage', 'read');
    await wooxy.admin.tokens.revoke(tokenId);
    const shown = `${token.slice(0, 4)}…`;
    expect(await errorTo({ path, headers: { 'Access-Token': token } })).toEqual([
      401,
      refused(`no matches found for access token ${shown}`),
    ]);
  });

  test('without the scope is refused by the name of the token', async () => {
    const owner = await wooxy.account('manage');
    const { id } = configOf(await wooxy.call('create', newWebhook(), owner.token));
    const { token, name } = await wooxy.addToken(owner.accountId, call === 'list' ? ['publish'] : ['read', 'publish']);
    const input = JSON.stringify(call === 'create' ? newWebhook() : { id });
    const headers = { 'Access-Token': token, 'Content-Type': 'application/json' };
    expect(await errorTo({ path, headers, body: input })).toEqual([
      403,
      refused(`access token check failed for key/secret ${name}/${token.slice(0, 4)}…`),
    ]);
    const line = wooxy.pipeline.logLines().findLast((entry) => entry['path'] === path);
    expect(line).toMatchObject({ status: 403, errorCode: 'forbidden', accountId: owner.accountId });
  });

  test('is judged before the body is read', async () => {
    const body = 'x'.repeat(MAX_BODY_BYTES + 1);
    expect((await errorTo({ path, headers: { 'Content-Type': 'text/plain' }, body }))[0]).toBe(401);
  });
});

test('no token and no part of one but its beginning is in the log', async () => {
  const { token } = await wooxy.account('publish');
  for (const call of CALLS) await wooxy.call(call, { id: 1 }, token);
  await wooxy.call('list', {}, 'unknown-0123456789-0123456789');
  const log = JSON.stringify(wooxy.pipeline.logLines());
  for (const secret of [wooxy.token, token, 'unknown-0123456789']) expect(log).not.toContain(secret);
});

describe.each(CALLS)('the body of webhook/%s', (call) => {
  const path = `/v3/webhook/${call}`;

  test.each<[string, string | Buffer]>([
    ['that is not JSON', '{"title":'],
    ['of a text', '"title"'],
    ['of a number', '7'],
    ['of null', 'null'],
    ['of a list', '[{"title":"a"}]'],
    ['that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['of UTF-16', Buffer.from('{}', 'utf16le')],
    ['that is no body at all', '\u0000'],
  ])('%s is a bad request', async (_what, body) => {
    expect(await errorTo({ path, headers: authorized(), body })).toEqual([400, refused('Bad Request')]);
  });

  test.each<[number, string, Record<string, string>, string | Buffer]>([
    [413, 'that is too large', {}, `{"title":"${'x'.repeat(MAX_BODY_BYTES)}"}`],
    [413, 'that is too large once unpacked', { 'Content-Encoding': 'gzip' }, gzipSync(' '.repeat(MAX_BODY_BYTES + 1))],
    [400, 'that is not gzip as it says', { 'Content-Encoding': 'gzip' }, '{}'],
    [415, 'of an unknown encoding', { 'Content-Encoding': 'lzma' }, '{}'],
    [415, 'of a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'title=a'],
    [415, 'of text', { 'Content-Type': 'text/plain' }, '{}'],
    [415, 'of XML', { 'Content-Type': 'application/xml' }, '<a/>'],
  ])('answers %i to one %s', async (status, _what, headers, body) => {
    const sent = authorized({ 'Content-Type': 'application/json', ...headers });
    expect(await errorTo({ path, headers: sent, body })).toEqual([status, refused('Bad Request')]);
  });

  test.each(['application/json', 'APPLICATION/JSON; charset=utf-8', 'text/json', 'application/vnd.api+json', ''])(
    'is read as %j',
    async (type) => {
      const headers: Record<string, string> = { 'Access-Token': wooxy.token };
      if (type !== '') headers['Content-Type'] = type;
      const { status, body } = await wooxy.send({ path, headers, body: JSON.stringify(newWebhook({ id: 0 })) });
      expect(call === 'remove' ? [status, body?.errors] : status).toEqual(
        call === 'remove' ? [400, ['Argument id must be a positive integer']] : 200,
      );
    },
  );

  test('may be compressed', async () => {
    const headers = authorized({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
    const { status } = await wooxy.send({ path, headers, body: gzipSync(JSON.stringify(newWebhook({ id: 987_654 }))) });
    expect(status).toBe(call === 'remove' ? 400 : 200);
  });
});

describe('paths', () => {
  test.each(['/v3/webhook/list/', '/V3/WebHook/List', '/v3/webhook/list?a=b', '/v3/webhook/list?token=%zz'])(
    '%s is the list',
    async (path) => {
      await wooxy.call('create', newWebhook());
      const { status, body } = await wooxy.send({ path, headers: authorized() });
      expect([status, body?.result]).toEqual([200, true]);
    },
  );

  test.each([
    '/v3/webhook',
    '/v3/webhook/',
    '/v3/webhook/get',
    '/v3/webhook/update',
    '/v3/webhook/create/7',
    '/v3/webhook/list/../remove',
    '/v3/webhook/%zz',
    '/v3/webhook/cr%65ate%',
    '/v3/webhook//list',
  ])('%s is none, with and without a token, by any method', async (path) => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      expect(await errorTo({ method, path })).toEqual([404, refused('Bad Request')]);
      // Without a length, bytes behind a GET are the next request.
      const headers = { ...authorized(), 'content-length': '1' };
      expect(await errorTo({ method, path, headers, body: '{' })).toEqual([404, refused('Bad Request')]);
    }
  });

  test.each(CALLS)('webhook/%s has only POST', async (call) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status, text, headers } = await wooxy.send({
        method,
        path: `/v3/webhook/${call}`,
        headers: authorized(),
      });
      expect([status, text, headers['allow']]).toEqual([405, refused('Bad Request'), 'POST']);
    }
    const head = await wooxy.send({ method: 'HEAD', path: `/v3/webhook/${call}` });
    expect([head.status, head.text]).toEqual([405, '']);
  });

  test.each(['/v3', '/v3/webhooks', '/v3/webhookcreate', '/v3/domain/list', '/v33/webhook/list'])(
    '%s belongs to nobody here, and is answered by the service itself',
    async (path) => {
      const { status, headers } = await wooxy.send({ path, headers: authorized() });
      expect(status).toBe(404);
      expect(headers['content-type']).toContain('application/problem+json');
    },
  );
});

test('more than ten calls at the same time are answered: the limit that clients are asked to keep is not enforced', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => wooxy.call('create', newWebhook())));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
});

test('while the database is away every call says that the server cannot, in the form of the document', async () => {
  const restore = await cutDatabase(wooxy.pipeline.env['DATABASE_URL'] ?? '');
  try {
    for (const call of CALLS) {
      const { status, text, headers } = await wooxy.call(call, newWebhook());
      expect([status, text]).toEqual([503, refused('Internal server error')]);
      expect(headers['retry-after']).toMatch(/^\d+$/);
    }
  } finally {
    await restore();
  }
});
