import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenScope } from '@posthorn/contracts';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const make = (token: string, scopes: readonly string[], name = 'made') =>
  api.call('POST', '/v1/tokens', { token, body: { name, scopes } });
const list = async (token: string): Promise<{ id: string; name: string; revoked: string | null }[]> =>
  (await api.call('GET', '/v1/tokens', { token })).body.items;

describe('who calls', () => {
  it('is told, whatever the scopes', async () => {
    for (const scope of ['manage', 'publish', 'read'] as const) {
      const { accountId, token } = await api.account(scope);
      const { status, body } = await api.call('GET', '/v1/me', { token });
      expect([status, body]).toEqual([
        200,
        {
          isAdmin: false,
          account: { id: accountId, name: 'an account' },
          token: { id: expect.stringMatching(/^tok_/), name: `token for ${scope}`, scopes: [scope] },
          version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        },
      ]);
    }
  });

  it('is told to the admin token, with the account that it names', async () => {
    const { accountId } = await api.account('read');
    const me = async (headers: Record<string, string> = {}) =>
      (await api.call('GET', '/v1/me', { token: ADMIN_TOKEN, headers })).body;
    expect(await me()).toMatchObject({ isAdmin: true, account: null, token: null });
    expect((await me({ 'posthorn-account': String(accountId) })).account).toEqual({
      id: accountId,
      name: 'an account',
    });
  });
});

describe('tokens of the own account', () => {
  it('are made, listed and revoked with the scope manage, and the log says by which token', async () => {
    const { accountId, token } = await api.account('manage');
    const made = await make(token, ['read'], 'support');
    expect(made.status).toBe(201);
    const { token: value, ...view } = made.body;
    expect(view).toMatchObject({ accountId, name: 'support', scopes: ['read'], revoked: null });
    expect((await api.call('GET', '/v1/webhooks', { token: value })).status).toBe(200);
    expect(await list(token)).toEqual([expect.objectContaining({ name: 'token for manage' }), view]);
    expect((await api.call('DELETE', `/v1/tokens/${view.id}`, { token })).status).toBe(204);
    expect((await api.call('GET', '/v1/webhooks', { token: value })).status).toBe(401);
    expect((await api.call('DELETE', `/v1/tokens/${view.id}`, { token })).status).toBe(404);
    const { items } = (await api.call('GET', `/v1/audit?targetId=${view.id}`, { token })).body;
    expect(items.map(({ action }: { action: string }) => action)).toEqual(['token.revoke', 'token.create']);
    for (const { actor } of items) expect(actor).toMatchObject({ type: 'token', name: 'token for manage' });
  });

  const GIFTS: [TokenScope[], TokenScope[], number][] = [
    [['manage'], ['manage', 'read'], 201],
    [['manage'], ['publish'], 403],
    [['manage'], ['read', 'publish'], 403],
    [['manage', 'publish'], ['publish', 'manage', 'read'], 201],
    [['read'], ['read'], 403],
    [['publish'], ['publish'], 403],
  ];
  it.each(GIFTS)('a token with %j gives %j: %i', async (own, given, status) => {
    const { token } = await api.account(...own);
    const before = await api.database.prisma.token.count();
    const answer = await make(token, given);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.code).toBe('forbidden');
    expect(await api.database.prisma.token.count()).toBe(before + (status === 201 ? 1 : 0));
  });

  it('of another account are not there', async () => {
    const [one, two] = [await api.account('manage'), await api.account('manage')];
    const [first] = await list(two.token);
    const answer = await api.call('DELETE', `/v1/tokens/${first?.id}`, { token: one.token });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    expect((await list(two.token))[0]?.revoked).toBeNull();
    expect((await list(one.token)).map(({ id }) => id)).not.toContain(first?.id);
  });

  it('may be revoked by the admin token: all of them, or those of the account that it names', async () => {
    const [one, two] = [await api.account('manage'), await api.account('manage')];
    const idOf = async (token: string) => (await list(token))[0]?.id;
    const [first, second] = [await idOf(one.token), await idOf(two.token)];
    const revoke = async (id: string | undefined, headers: Record<string, string> = {}) =>
      (await api.call('DELETE', `/v1/tokens/${id}`, { token: ADMIN_TOKEN, headers })).status;
    expect(await revoke(first, { 'posthorn-account': String(two.accountId) })).toBe(404);
    expect(await revoke(first, { 'posthorn-account': String(one.accountId) })).toBe(204);
    expect(await revoke(second)).toBe(204);
  });

  it('made with the admin token for an account may have any scope, and the log says admin', async () => {
    const { accountId } = await api.account('read');
    const headers = { 'posthorn-account': String(accountId) };
    const body = { name: 'by the admin', scopes: ['publish', 'manage'] };
    const made = await api.call('POST', '/v1/tokens', { token: ADMIN_TOKEN, headers, body });
    expect([made.status, made.body.accountId]).toEqual([201, accountId]);
    const [entry] = (await api.call('GET', '/v1/audit', { token: ADMIN_TOKEN, headers })).body.items;
    expect(entry).toMatchObject({ accountId, action: 'token.create', actor: { type: 'admin', tokenId: null } });
  });
});
