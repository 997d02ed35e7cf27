import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient, type TokenScope } from '@posthorn/client';
import type { Operation } from '@posthorn/openapi';
import { type ConsoleVisit, signIn } from '../testing/sign-in.ts';
import { OPERATIONS, startTestWalk, type TestWalk } from '../testing/start-test-walk.ts';

const ALL: TokenScope[] = ['manage', 'publish', 'read'];
const FOREIGN = 'https://evil.example.com';

let walk: TestWalk;
/** Of the account of the walk, with all scopes. */
let session: ConsoleVisit;
let adminSession: ConsoleVisit;
/** Of another account. */
let stranger: ConsoleVisit;
/** Of a token that has been revoked since. */
let revoked: ConsoleVisit;

beforeAll(async () => {
  walk = await startTestWalk();
  const { url, adminToken } = walk.pipeline;
  const admin = createPosthornClient({ baseUrl: url, token: adminToken });
  const begin = async (accountId: number, name: string) => {
    const { id, token } = await admin.tokens.create(accountId, { name, scopes: ALL });
    return { id, visit: await signIn(url, token) };
  };
  session = (await begin(walk.accountId, 'of a session')).visit;
  adminSession = await signIn(url, adminToken);
  stranger = (await begin((await admin.accounts.create({ name: 'another' })).id, 'of a stranger')).visit;
  const gone = await begin(walk.accountId, 'to be revoked');
  revoked = gone.visit;
  await admin.tokens.revoke(gone.id);
});

afterEach(() => walk.assertNoFaults());

afterAll(() => walk.close());

const guarded = OPERATIONS.filter(({ access }) => access !== 'anybody');
const ofAccount = guarded.filter(({ access }) => access !== 'admin');
const successOf = ({ answers }: Operation): number => Number(Object.keys(answers)[0]);
const exampleOf = ({ body }: Operation): { json?: unknown } =>
  body?.contents[0] === undefined ? {} : { json: walk.localize(Object.values(body.contents[0].examples)[0]) };

/** Changes one character of what is sealed, far from its beginning. */
const tamper = ({ cookie }: ConsoleVisit): string => {
  const at = cookie.length - 20;
  return `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`;
};

describe('a session of the console', () => {
  test.each(ofAccount)('$id succeeds with the headers of its page', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const headers = session.headers;
    const answer = await walk.call(operation, { ids, token: null, headers, ...exampleOf(operation) });
    expect(answer.status).toBe(successOf(operation));
  });

  test.each(guarded)('$id takes that of the admin token, for the account that it names', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const headers = { ...adminSession.headers, 'posthorn-account': String(walk.accountId) };
    const answer = await walk.call(operation, { ids, token: null, headers, ...exampleOf(operation) });
    expect(answer.status).toBe(successOf(operation));
  });

  test.each(guarded)(
    '$id is closed to a browser that was led here from elsewhere, whatever cookie it has',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const { cookie } = operation.access === 'admin' ? adminSession : session;
      const own = new URL(walk.pipeline.url).origin;
      const forged: Record<string, string>[] = [
        { cookie },
        { cookie, origin: own },
        { cookie, 'sec-fetch-site': 'same-origin' },
        { cookie, 'posthorn-console': '0', 'sec-fetch-site': 'same-origin' },
        { cookie, 'posthorn-console': '1', 'sec-fetch-site': 'cross-site', origin: own },
        { cookie, 'posthorn-console': '1', 'sec-fetch-site': 'same-site' },
        { cookie, 'posthorn-console': '1', 'sec-fetch-site': 'none' },
        { cookie, 'posthorn-console': '1', origin: FOREIGN },
        { cookie, 'posthorn-console': '1', origin: 'null' },
        { cookie, 'posthorn-console': '1', 'sec-fetch-site': 'same-origin', authorization: 'Bearer wrong' },
      ];
      for (const headers of forged) {
        const answer = await walk.call(operation, { ids, token: null, headers, ...exampleOf(operation) });
        expect([headers, answer.status, answer.body.code]).toEqual([headers, 401, 'unauthenticated']);
      }
    },
  );

  test.each(guarded)('$id is closed to a cookie that opens nothing', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const valid = operation.access === 'admin' ? adminSession : session;
    const cookies = [
      '',
      'posthorn_session=',
      'posthorn_session=1.k1.AAAA',
      `posthorn_session=${'x'.repeat(3000)}`,
      'posthorn_session=%00%ff',
      tamper(valid),
      valid.cookie.replace('1.k1.', '1.k2.'),
      valid.cookie.slice(0, -5),
      revoked.cookie,
    ];
    for (const cookie of cookies) {
      const headers = { ...valid.headers, cookie };
      const answer = await walk.call(operation, { ids, token: null, headers, ...exampleOf(operation) });
      expect([cookie, answer.status, answer.body.code]).toEqual([cookie, 401, 'unauthenticated']);
    }
  });

  test.each(ofAccount.filter(({ path }) => path.includes('{')))(
    '$id of another account finds nothing',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const { headers } = stranger;
      const answer = await walk.call(operation, { ids, token: null, headers, ...exampleOf(operation) });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    },
  );

  test.each(guarded.filter(({ method }) => method === 'post'))(
    'a form of elsewhere does nothing at $id',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const headers = {
        cookie: (operation.access === 'admin' ? adminSession : session).cookie,
        'content-type': 'application/x-www-form-urlencoded',
        origin: FOREIGN,
        'sec-fetch-site': 'cross-site',
      };
      const body = 'name=forged&type=forged&data=1';
      const before = await walk.pipeline.database.prisma.auditEntry.count();
      const answer = await walk.call(operation, { ids, token: null, headers, body });
      expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
      expect(await walk.pipeline.database.prisma.auditEntry.count()).toBe(before);
    },
  );
});

test.each([
  ['GET', '/Cust1/api/v1/Webhook'],
  ['GET', '/api/v1/webhooks'],
  ['GET', '/api/2.0/webhooks'],
  ['POST', '/v3/webhook/list'],
])('%s %s, as every API of a dialect, knows no session', async (method, path) => {
  for (const { headers } of [session, adminSession]) {
    const body = method === 'POST' ? { body: '{}' } : {};
    const given = { ...headers, 'content-type': 'application/json', 'posthorn-account': String(walk.accountId) };
    const answer = await fetch(`${walk.pipeline.url}${path}`, { method, headers: given, ...body });
    await answer.body?.cancel();
    expect(answer.status).toBe(401);
  }
});
