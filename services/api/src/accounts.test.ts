import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId, TOKEN_SCOPES } from '@posthorn/contracts';
import { connectDatabase, ensureDefaultAccount, findToken, newId, revokeToken, OPERATOR } from '@posthorn/database';
import { createTestDatabase } from '@posthorn/testing';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const admin = (method: string, path: string, body?: unknown) => api.call(method, path, { token: ADMIN_TOKEN, body });
const newAccount = async (): Promise<number> => (await admin('POST', '/v1/accounts', { name: 'Acme' })).body.id;

describe('accounts and tokens', () => {
  it('an account is made, read and listed', async () => {
    const made = await admin('POST', '/v1/accounts', { name: 'Größe' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ id: expect.any(Number), name: 'Größe', created: expect.stringMatching(/Z$/) });
    expect(made.headers.get('location')).toBe(`/v1/accounts/${made.body.id}`);
    expect((await admin('GET', `/v1/accounts/${made.body.id}`)).body).toEqual(made.body);
    expect((await admin('GET', '/v1/accounts?limit=200')).body.items).toContainEqual(made.body);
  });

  it('a token is shown once, works at once, and is listed without its value', async () => {
    const accountId = await newAccount();
    const { status, body } = await admin('POST', `/v1/accounts/${accountId}/tokens`, { name: 'ci', scopes: ['read'] });
    expect(status).toBe(201);
    const { token, ...view } = body;
    expect(token).toMatch(/^ph_[A-Za-z0-9_-]{43}$/);
    expect(view).toEqual({
      id: expect.stringMatching(/^tok_/),
      accountId,
      name: 'ci',
      scopes: ['read'],
      created: expect.stringMatching(/Z$/),
      revoked: null,
    });
    expect((await api.call('GET', '/v1/webhooks', { token })).status).toBe(200);
    const list = await admin('GET', `/v1/accounts/${accountId}/tokens`);
    expect(list.body).toEqual({ items: [view], nextCursor: null });
    expect(list.text).not.toContain(token);
  });

  it('a token that is revoked is refused from the next request on, stays listed, and is revoked once', async () => {
    const accountId = await newAccount();
    const { body } = await admin('POST', `/v1/accounts/${accountId}/tokens`, { name: 'ci', scopes: ['manage'] });
    expect((await admin('DELETE', `/v1/tokens/${body.id}`)).status).toBe(204);
    expect((await api.call('GET', '/v1/webhooks', { token: body.token })).status).toBe(401);
    expect((await admin('DELETE', `/v1/tokens/${body.id}`)).status).toBe(404);
    const { items } = (await admin('GET', `/v1/accounts/${accountId}/tokens`)).body;
    expect(items).toEqual([expect.objectContaining({ id: body.id, revoked: expect.stringMatching(/Z$/) })]);
  });

  it('are walked page by page exactly once', async () => {
    const accountId = await newAccount();
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { body } = await admin('POST', `/v1/accounts/${accountId}/tokens`, { name: `t${n}`, scopes: ['read'] });
      made.push(body.id);
      await newAccount();
    }
    const walk = async (path: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      let cursor: string | null = null;
      do {
        const { body } = await admin('GET', `${path}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
        seen.push(...body.items.map((item: { id: unknown }) => item.id));
        cursor = body.nextCursor;
      } while (cursor !== null);
      return seen;
    };
    expect(await walk(`/v1/accounts/${accountId}/tokens`)).toEqual(made);
    const accounts = await walk('/v1/accounts');
    expect(new Set(accounts).size).toBe(accounts.length);
    expect(accounts).toHaveLength(await api.database.prisma.account.count());
  });

  it.each([
    ['/v1/accounts', {}, '/name', 'any.required'],
    ['/v1/accounts', { name: '' }, '/name', 'string.empty'],
    ['/v1/accounts', { name: 'a\0' }, '/name', 'string.nul'],
    ['/v1/accounts', { name: 'a', plan: 'b' }, '/plan', 'object.unknown'],
    ['/v1/accounts/1/tokens', { name: 'a' }, '/scopes', 'any.required'],
    ['/v1/accounts/1/tokens', { name: 'a', scopes: [] }, '/scopes', 'array.min'],
    ['/v1/accounts/1/tokens', { name: 'a', scopes: ['read', 'admin'] }, '/scopes/1', 'any.only'],
    ['/v1/accounts/1/tokens', { name: 'a', scopes: ['read', 'read'] }, '/scopes/1', 'array.unique'],
  ])('POST %s refuses %j', async (path, body, field, code) => {
    const answer = await admin('POST', path, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path: field, code })]);
  });

  it('ids that nobody has are 404', async () => {
    const body = { name: 'a', scopes: ['read'] };
    const answers = await Promise.all([
      admin('GET', '/v1/accounts/987654'),
      admin('GET', '/v1/accounts/x'),
      admin('GET', '/v1/accounts/987654/tokens'),
      admin('POST', '/v1/accounts/987654/tokens', body),
      admin('POST', '/v1/accounts/2147483648/tokens', body),
      admin('DELETE', `/v1/tokens/${encodeId('token', newId())}`),
      admin('DELETE', '/v1/tokens/1'),
    ]);
    for (const { status, body: problem } of answers) expect([status, problem.code]).toEqual([404, 'not_found']);
  });

  it.each([
    ['GET', '/v1/accounts'],
    ['POST', '/v1/accounts'],
    ['GET', '/v1/accounts/1'],
    ['GET', '/v1/accounts/1/tokens'],
    ['POST', '/v1/accounts/1/tokens'],
    ['GET', '/v1/diagnosis'],
  ])('%s %s needs the admin token: 401 for none or a wrong one, 403 for that of an account', async (method, path) => {
    const { token } = await api.account('manage', 'read', 'publish');
    expect((await api.call(method, path)).status).toBe(401);
    expect((await api.call(method, path, { token: `${ADMIN_TOKEN}x` })).status).toBe(401);
    const answer = await api.call(method, path, { token });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('the default account', () => {
  it('exists once with its token, however many processes ensure it at the same time', async () => {
    const testDatabase = await createTestDatabase();
    const database = connectDatabase({ url: testDatabase.url, poolSize: 5, applicationName: 'test' });
    try {
      const tokenValue = 'token-from-the-environment';
      const ids = await Promise.all(Array.from({ length: 5 }, () => ensureDefaultAccount(database, tokenValue)));
      expect(new Set(ids).size).toBe(1);
      expect(await database.prisma.account.findMany({ select: { name: true } })).toEqual([{ name: 'default' }]);
      const holder = await findToken(database, tokenValue);
      expect(holder).toEqual({
        tokenId: expect.any(String),
        tokenName: 'POSTHORN_TOKEN',
        accountId: ids[0],
        scopes: [...TOKEN_SCOPES],
      });

      await revokeToken(database, OPERATOR, holder?.tokenId ?? '');
      expect(await findToken(database, tokenValue)).toBeNull();
      await ensureDefaultAccount(database, tokenValue);
      expect(await findToken(database, tokenValue)).toEqual(holder);

      await ensureDefaultAccount(database, 'the-next-token-of-the-environment');
      expect(await database.prisma.account.count()).toBe(1);
      expect(await database.prisma.token.count()).toBe(2);
    } finally {
      await database.close();
      await testDatabase.drop();
    }
  });
});
