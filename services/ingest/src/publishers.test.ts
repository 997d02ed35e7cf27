import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEncryption, findToken, findTokenById, insertAccount, OPERATOR, revokeToken } from '@posthorn/database';
import {
  createConsoleSessions,
  createFailureLimiter,
  createLogger,
  createTelemetry,
  type Credential,
} from '@posthorn/runtime';
import { problem, startTestIngest, type TestIngest } from './testing/start-test-ingest.ts';

const ADMIN_TOKEN = 'the-admin-token-of-the-tests';
const PAGE = { 'posthorn-console': '1', 'sec-fetch-site': 'same-origin' };
const encryption = createEncryption(`k1:${Buffer.alloc(32, 7).toString('base64')}`);

/** Knows the admin token and sessions. */
let ingest: TestIngest;
/** Knows tokens of accounts alone. */
let plain: TestIngest;

beforeAll(async () => {
  ingest = await startTestIngest({ publishers: { adminToken: ADMIN_TOKEN, encryption } });
  plain = await startTestIngest();
});
afterAll(() => Promise.all([ingest.close(), plain.close()]));

/** The headers of a page in which somebody has signed in, as the API gives them. */
const signIn = (credential: Credential): Record<string, string> => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const sessions = createConsoleSessions({
    encryption,
    adminToken: ADMIN_TOKEN,
    findTokenById: (id) => findTokenById(ingest.database, id),
    failures: createFailureLimiter(0, { logger, registry: createTelemetry().registry }),
    publicUrl: null,
  });
  let cookie = '';
  const response = { cookie: (name: string, value: string) => (cookie = `${name}=${value}`) };
  sessions.begin({ secure: false } as never, response as never, credential);
  return { ...PAGE, cookie };
};

const sessionOf = async (token: string): Promise<Record<string, string>> => {
  const holder = await findToken(ingest.database, token);
  if (holder === null) throw new Error('There is no such token.');
  return signIn({ kind: 'token', holder });
};
const countOf = (accountId: number) => ingest.database.prisma.event.count({ where: { accountId } });

describe('the admin token', () => {
  test('publishes for the account that it names, one event as many', async () => {
    const { id } = await insertAccount(ingest.database, OPERATOR, 'named');
    const headers = { 'posthorn-account': String(id) };
    expect((await ingest.publish({ token: ADMIN_TOKEN, headers })).status).toBe(202);
    const body = { events: [{ type: 'a.b', data: 1 }] };
    expect((await ingest.publish({ path: '/v1/events/batch', token: ADMIN_TOKEN, headers, body })).status).toBe(202);
    expect(await countOf(id)).toBe(2);
  });

  test('needs one', async () => {
    const unnamed = await ingest.publish({ token: ADMIN_TOKEN });
    expect([unnamed.status, unnamed.body.detail]).toEqual([403, expect.stringContaining('Posthorn-Account')]);
    const unknown = await ingest.publish({ token: ADMIN_TOKEN, headers: { 'posthorn-account': '2147483647' } });
    expect(problem(unknown)).toEqual([422, 'validation_failed', ['Posthorn-Account account.unknown']]);
  });

  test('is a wrong one where ingest was not told of it', async () => {
    const headers = { 'posthorn-account': String(plain.accountId) };
    expect(problem(await plain.publish({ token: ADMIN_TOKEN, headers }))).toEqual([401, 'unauthenticated', undefined]);
  });
});

describe('a session of the console', () => {
  test('publishes as its token does, and no more once that is revoked', async () => {
    const token = await ingest.tokenOf(ingest.accountId, 'publish');
    const headers = await sessionOf(token);
    const before = await countOf(ingest.accountId);
    expect((await ingest.publish({ token: null, headers })).status).toBe(202);
    expect(await countOf(ingest.accountId)).toBe(before + 1);
    await revokeToken(ingest.database, OPERATOR, (await findToken(ingest.database, token))?.tokenId ?? '');
    expect((await ingest.publish({ token: null, headers })).status).toBe(401);
  });

  test('needs the scope that its token would need', async () => {
    const headers = await sessionOf(await ingest.tokenOf(ingest.accountId, 'manage'));
    expect(problem(await ingest.publish({ token: null, headers }))).toEqual([403, 'forbidden', undefined]);
  });

  test('of the admin token publishes for the account that it names', async () => {
    const headers = { ...signIn({ kind: 'admin' }), 'posthorn-account': String(ingest.accountId) };
    expect((await ingest.publish({ token: null, headers })).status).toBe(202);
  });

  test('is nothing to a page of elsewhere, nor where ingest has no keys', async () => {
    const headers = await sessionOf(ingest.token);
    const before = await countOf(ingest.accountId);
    const answers = [
      await ingest.publish({ token: null, headers: { cookie: headers['cookie'] ?? '' } }),
      await ingest.publish({ token: null, headers: { ...headers, 'sec-fetch-site': 'cross-site' } }),
      await plain.publish({ token: null, headers }),
    ];
    for (const answer of answers) expect(problem(answer)).toEqual([401, 'unauthenticated', undefined]);
    expect(await countOf(ingest.accountId)).toBe(before);
  });
});
