import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEncryption, insertAccount, OPERATOR, revokeToken, findToken } from '@posthorn/database';
import { createConsoleSessions, createFailureLimiter, createTelemetry, createLogger } from '@posthorn/runtime';
import { makeConsoleDir } from './testing/make-console-dir.ts';
import { ADMIN_TOKEN, type Answer, startTestApi, type TestApi, type TestApiOptions } from './testing/start-test-api.ts';

const PAGE = { 'posthorn-console': '1', 'sec-fetch-site': 'same-origin' };
const PATH = '/console/session';

let api: TestApi;
let folder: Awaited<ReturnType<typeof makeConsoleDir>>;
const lines: string[] = [];

beforeAll(async () => {
  folder = await makeConsoleDir();
  api = await startTestApi({ consoleDir: folder.path, log: (line) => lines.push(line) });
});
afterAll(async () => {
  await api.close();
  await folder.remove();
});

const cookieOf = ({ headers }: Answer): string => headers.getSetCookie()[0]?.split(';')[0] ?? '';
const begin = (token: unknown, headers: Record<string, string> = PAGE, on = api) =>
  on.call('POST', PATH, { body: { token }, headers });
const signIn = async (token: string, on = api): Promise<Record<string, string>> => {
  const answer = await begin(token, PAGE, on);
  expect(answer.status).toBe(204);
  return { ...PAGE, cookie: cookieOf(answer) };
};

describe('signing in', () => {
  it('with a token gives a cookie that scripts cannot read, of this site alone, for 12 hours, without the token', async () => {
    const { token } = await api.account('manage');
    const answer = await begin(token);
    expect([answer.status, answer.text, answer.headers.get('cache-control')]).toEqual([204, '', 'no-store']);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      /^posthorn_session=1\.k1\.[\w-]{100,}; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(token);
    expect(lines.join('')).not.toContain(cookieOf(answer).slice(25));
    const line = lines.map((one) => JSON.parse(one)).find(({ session }) => session === 'begun');
    expect(line).toMatchObject({ path: PATH, status: 204, accountId: expect.any(Number), tokenId: expect.any(String) });
  });

  it('makes the calls of the console those of the token, and of its scopes', async () => {
    const { accountId, token } = await api.account('read');
    const headers = await signIn(token);
    const { body } = await api.call('GET', PATH, { headers });
    expect(body).toEqual({
      isAdmin: false,
      account: { id: accountId, name: 'an account' },
      token: { id: expect.stringMatching(/^tok_/), name: 'token for read', scopes: ['read'] },
      version: expect.any(String),
    });
    expect((await api.call('GET', '/v1/webhooks', { headers })).status).toBe(200);
    expect((await api.call('POST', '/v1/webhooks', { headers, body: {} })).status).toBe(403);
  });

  it('with the admin token is a session that acts for the account that each call names', async () => {
    const headers = await signIn(ADMIN_TOKEN);
    const { id } = await insertAccount(api.database, OPERATOR, 'Sales');
    expect((await api.call('GET', PATH, { headers })).body).toMatchObject({
      isAdmin: true,
      account: null,
      token: null,
    });
    const named = { ...headers, 'posthorn-account': String(id) };
    expect((await api.call('GET', PATH, { headers: named })).body.account).toEqual({ id, name: 'Sales' });
    const made = await api.call('POST', '/v1/webhooks', {
      headers: named,
      body: { name: 'by hand', events: ['a.b'], targetUrl: 'https://example.com/' },
    });
    expect([made.status, made.body.registeredBy]).toEqual([201, 'admin']);
    const [entry] = (await api.call('GET', '/v1/audit', { headers: named })).body.items;
    expect(entry).toMatchObject({
      accountId: id,
      actor: { type: 'admin', name: 'admin', tokenId: null },
      action: 'webhook.create',
    });
  });

  it.each([
    ['a wrong token', 'ph_wrong', 401, 'unauthenticated'],
    ['no token', undefined, 422, 'validation_failed'],
    ['what is no token', { token: 1 }, 422, 'validation_failed'],
    ['a token that is too long', 'x'.repeat(401), 422, 'validation_failed'],
  ])('with %s gives nothing', async (_what, token, status, code) => {
    const answer = await begin(token);
    expect([answer.status, answer.body.code, answer.headers.getSetCookie()]).toEqual([status, code, []]);
  });

  const FORGED: [string, Record<string, string>][] = [
    ['without the header of the console', { 'sec-fetch-site': 'same-origin' }],
    ['from another site', { ...PAGE, 'sec-fetch-site': 'cross-site' }],
    [
      'from another origin, by a browser that says only that',
      { 'posthorn-console': '1', origin: 'https://evil.example' },
    ],
    ['from a page that hides its origin', { 'posthorn-console': '1', origin: 'null' }],
    ['by nobody who says where he comes from', { 'posthorn-console': '1' }],
  ];

  it.each(FORGED)('%s is refused, and so is signing out', async (_what, headers) => {
    const { token } = await api.account('read');
    for (const answer of [await begin(token, headers), await api.call('DELETE', PATH, { headers })]) {
      expect([answer.status, answer.body.code, answer.headers.getSetCookie()]).toEqual([403, 'forbidden', []]);
    }
  });

  it('by a form is refused before it is read', async () => {
    const { token } = await api.account('read');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const plain = await api.call('POST', PATH, { text: `token=${token}`, headers: form });
    expect([plain.status, plain.body.code]).toEqual([403, 'forbidden']);
    const dressed = await api.call('POST', PATH, { text: `token=${token}`, headers: { ...PAGE, ...form } });
    expect([dressed.status, dressed.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('works in browsers that send Origin alone, as they do without TLS', async () => {
    const { token } = await api.account('read');
    const answer = await begin(token, { 'posthorn-console': '1', origin: api.url });
    expect(answer.status).toBe(204);
    const headers = { 'posthorn-console': '1', cookie: cookieOf(answer) };
    expect((await api.call('GET', '/v1/webhooks', { headers })).status).toBe(200);
  });
});

describe('a session ends', () => {
  it('when somebody signs out', async () => {
    const { token } = await api.account('read');
    const answer = await api.call('DELETE', PATH, { headers: await signIn(token) });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^posthorn_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
  });

  it('at the next call when its token is revoked', async () => {
    const { token } = await api.account('read');
    const headers = await signIn(token);
    const holder = await findToken(api.database, token);
    await revokeToken(api.database, OPERATOR, holder?.tokenId ?? '');
    const answer = await api.call('GET', '/v1/webhooks', { headers });
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    expect((await api.call('GET', PATH, { headers })).status).toBe(401);
  });

  it('after 12 hours, whatever the browser keeps, with the admin token that began it, and with the key that sealed it', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const make = (now: number, adminToken = ADMIN_TOKEN, encryption = api.encryption) =>
      createConsoleSessions({
        encryption,
        adminToken,
        findTokenById: () => Promise.resolve(null),
        failures: createFailureLimiter(0, { logger, registry: createTelemetry().registry }),
        publicUrl: null,
        now: () => now,
      });
    const beginAt = (sessions: ReturnType<typeof make>): Record<string, string> => {
      let value = '';
      const response = { cookie: (_name: string, sealed: string) => (value = sealed) };
      sessions.begin({ secure: false } as never, response as never, { kind: 'admin' });
      return { ...PAGE, cookie: `posthorn_session=${value}` };
    };
    const statusOf = async (headers: Record<string, string>): Promise<number> =>
      (await api.call('GET', PATH, { headers })).status;
    const HOURS_MS = 3_600_000;
    expect(await statusOf(beginAt(make(Date.now() - 11.9 * HOURS_MS)))).toBe(200);
    expect(await statusOf(beginAt(make(Date.now() - 12 * HOURS_MS)))).toBe(401);
    expect(await statusOf(beginAt(make(Date.now(), 'the-admin-token-before-this-one')))).toBe(401);
    const gone = createEncryption(`k0:${Buffer.alloc(32, 1).toString('base64')}`);
    expect(await statusOf(beginAt(make(Date.now(), ADMIN_TOKEN, gone)))).toBe(401);
  });
});

describe('the limit on failed authentications', () => {
  it('counts sign-ins and cookies that open nothing, and lets the right token in all the same', async () => {
    const limited = await startTestApi({
      consoleDir: folder.path,
      limits: { authFailuresPerMinute: 4, callsPerMinute: 0 },
    });
    try {
      const { token } = await limited.account('read');
      const cookie = { ...PAGE, cookie: 'posthorn_session=1.k1.AAAA' };
      expect((await begin('ph_wrong', PAGE, limited)).status).toBe(401);
      expect((await limited.call('GET', '/v1/webhooks', { headers: cookie })).status).toBe(401);
      expect((await limited.call('GET', '/v1/webhooks', { token: 'ph_wrong' })).status).toBe(401);
      expect((await begin('ph_wronger', PAGE, limited)).status).toBe(401);
      const answers = [
        await begin('ph_wrongest', PAGE, limited),
        await limited.call('GET', '/v1/webhooks', { headers: cookie }),
      ];
      for (const { status, headers } of answers) {
        expect(status).toBe(429);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const headers = await signIn(token, limited);
      expect((await limited.call('GET', '/v1/webhooks', { headers })).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('the cookie', () => {
  const PLACES: [string, TestApiOptions, Record<string, string>, boolean][] = [
    ['where the public address is one of https', { publicUrl: 'https://hooks.example.com' }, {}, true],
    ['where a proxy that is believed says https', { trustProxy: 1 }, { 'x-forwarded-proto': 'https' }, true],
    ['not where a stranger says so', {}, { 'x-forwarded-proto': 'https' }, false],
  ];

  it.each(PLACES)('is for TLS alone %s', async (_where, options, headers, secure) => {
    const other = await startTestApi({ ...options, consoleDir: folder.path });
    try {
      const { token } = await other.account('read');
      const [cookie = ''] = (await begin(token, { ...PAGE, ...headers }, other)).headers.getSetCookie();
      expect(cookie.includes('; Secure')).toBe(secure);
    } finally {
      await other.close();
    }
  });
});

describe('without a console', () => {
  it('there are no sessions, and a cookie is nothing', async () => {
    const other = await startTestApi();
    try {
      const { token } = await api.account('read');
      const headers = await signIn(token);
      const answers = [await begin(token, PAGE, other), await other.call('GET', '/console', {})];
      for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'not_found']);
      expect((await other.call('GET', '/v1/webhooks', { headers })).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});
