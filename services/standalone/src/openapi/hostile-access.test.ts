import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient, type TokenScope } from '@posthorn/client';
import { type Access, type Operation, parametersOf } from '@posthorn/openapi';
import { OPERATIONS, startTestWalk, type TestWalk } from '../testing/start-test-walk.ts';

let walk: TestWalk;
let revoked: string;
/** Of another account; may do everything there. */
let stranger: string;

const ALL: TokenScope[] = ['manage', 'publish', 'read'];

beforeAll(async () => {
  walk = await startTestWalk();
  const admin = createPosthornClient({ baseUrl: walk.pipeline.url, token: walk.pipeline.adminToken });
  const { id } = await admin.accounts.create({ name: 'another' });
  stranger = (await admin.tokens.create(id, { name: 'all', scopes: ALL })).token;
  const token = await admin.tokens.create(id, { name: 'revoked', scopes: ALL });
  revoked = token.token;
  await admin.tokens.revoke(token.id);
});

afterEach(() => walk.assertNoFaults());

afterAll(() => walk.close());

const guarded = OPERATIONS.filter(({ access }) => access !== 'anybody');
const withIds = OPERATIONS.filter(({ path }) => parametersOf(path).length > 0);
const exampleOf = ({ body }: Operation): { json?: unknown } =>
  body?.contents[0] === undefined ? {} : { json: walk.localize(Object.values(body.contents[0].examples)[0]) };

const successOf = ({ answers }: Operation): number => Number(Object.keys(answers)[0]);

describe('a token', () => {
  test.each(guarded)('$id without a token that is valid is `unauthenticated`', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const bad: [string | null, Record<string, string>][] = [
      [null, {}],
      [null, { authorization: 'Basic dXNlcjpwYXNzd29yZA==' }],
      [null, { authorization: walk.tokenFor('manage') }],
      [null, { authorization: 'Bearer ' }],
      ['ph_unknown', {}],
      [`${walk.tokenFor('read')}x`, {}],
      ["' OR 1=1 --", {}],
      ['x'.repeat(8000), {}],
      [revoked, {}],
    ];
    for (const [token, headers] of bad) {
      const answer = await walk.call(operation, { ids, token, headers, ...exampleOf(operation) });
      expect([token, answer.status, answer.body.code]).toEqual([token, 401, 'unauthenticated']);
    }
  });

  const LESS: Record<Access, Access[]> = {
    anybody: [],
    any: [],
    admin: ['manage', 'publish', 'read'],
    manage: ['publish', 'read'],
    publish: ['manage', 'read'],
    read: ['publish'],
  };

  test.each(guarded)('$id with a token of another scope is `forbidden`', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    for (const access of LESS[operation.access]) {
      const answer = await walk.call(operation, { ids, token: walk.tokenFor(access), ...exampleOf(operation) });
      expect([access, answer.status, answer.body.code]).toEqual([access, 403, 'forbidden']);
    }
  });

  const ofAccount = guarded.filter(({ access }) => access !== 'admin');

  test.each(ofAccount.filter(({ access, adminToo }) => access !== 'any' && adminToo !== true))(
    '$id with the admin token and no account is `forbidden`, and says which header it needs',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const answer = await walk.call(operation, { ids, token: walk.tokenFor('admin'), ...exampleOf(operation) });
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
      expect(answer.body.detail).toContain('`Posthorn-Account: <account id>`');
    },
  );

  test.each(ofAccount)('$id with the admin token and the account that it is about succeeds', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const headers = { 'posthorn-account': String(walk.accountId) };
    const answer = await walk.call(operation, { ids, token: walk.tokenFor('admin'), headers, ...exampleOf(operation) });
    expect(answer.status).toBe(successOf(operation));
  });

  test.each(ofAccount)('$id for an account that is not the one of the token is refused', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const call = (token: string, account: string) =>
      walk.call(operation, { ids, token, headers: { 'posthorn-account': account }, ...exampleOf(operation) });
    const other = await call(walk.tokenFor(operation.access), String(walk.accountId + 1));
    expect([other.status, other.body.code]).toEqual([403, 'forbidden']);
    for (const account of ['', '0', '-1', 'abc', '2147483648', `${walk.accountId}, ${walk.accountId}`, '2147483647']) {
      const { status, body } = await call(walk.tokenFor('admin'), account);
      expect([account, status, body.errors?.[0]?.path]).toEqual([account, 422, 'Posthorn-Account']);
    }
  });
});

describe('an id', () => {
  const NEVER_ID = [
    '0',
    '-1',
    '1.5',
    '01',
    '2147483648',
    '99999999999999999999',
    'abc',
    '%20',
    '%00',
    '..%2f1',
    '1%27%20OR%201=1',
    'evt_',
    'evt_00000000000000000000000000',
    'dlv_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    'dlv_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'tok_zzzzzzzzzzzzzzzzzzzzzzzzzz',
    'EVT_01KF9WZ3YTFVVV8YG4N4EZDMQX5',
    'x'.repeat(3000),
    '%F0%9F%93%AF',
  ];

  test.each(withIds)('$id with one that nothing has is `not_found`, whatever its form', async (operation) => {
    const valid = await walk.makeIds(operation.path);
    for (const name of parametersOf(operation.path)) {
      for (const id of [...NEVER_ID, '2147483647']) {
        const answer = await walk.call(operation, { ids: { ...valid, [name]: id }, ...exampleOf(operation) });
        expect([id, answer.status, answer.body.code]).toEqual([id, 404, 'not_found']);
      }
      const broken = await walk.call(operation, { ids: { ...valid, [name]: '%ff' }, ...exampleOf(operation) });
      expect([broken.status, broken.body.code]).toEqual([400, 'malformed_body']);
    }
  });

  test.each(withIds.filter(({ access }) => access !== 'admin'))(
    "$id with one of another account is `not_found`, as if it were nobody's",
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const answer = await walk.call(operation, { ids, token: stranger, ...exampleOf(operation) });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      const nobodys = await walk.call(operation, {
        ids: Object.fromEntries(Object.keys(ids).map((name) => [name, '2147483647'])),
        token: stranger,
        ...exampleOf(operation),
      });
      expect(answer.body).toEqual(nobodys.body);
    },
  );
});

describe('a method', () => {
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

  test.each([...new Set(OPERATIONS.map(({ path }) => path))])(
    'that %s does not have is `method_not_allowed`, with those that it has',
    async (path) => {
      const has = OPERATIONS.filter((operation) => operation.path === path).map(({ method }) => method.toUpperCase());
      const allowed = has.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      const ids = Object.fromEntries(parametersOf(path).map((name) => [name, '1']));
      for (const method of METHODS.filter((one) => !has.includes(one))) {
        const answer = await walk.callPath(method, path, ids);
        expect([method, answer.status, answer.body.code]).toEqual([method, 405, 'method_not_allowed']);
        expect(String(answer.headers.allow).split(', ').sort()).toEqual(allowed.sort());
      }
    },
  );
});
