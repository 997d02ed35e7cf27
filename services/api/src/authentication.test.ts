import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId, type TokenScope } from '@posthorn/contracts';
import { findToken, newId, revokeToken, OPERATOR } from '@posthorn/database';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('who is let in', () => {
  it('gives one answer for a token that is missing, malformed, unknown or revoked', async () => {
    const { token } = await api.account('read');
    const holder = await findToken(api.database, token);
    expect((await api.call('GET', '/v1/webhooks', { token })).status).toBe(200);
    await revokeToken(api.database, OPERATOR, holder?.tokenId ?? '');

    const answers = await Promise.all([
      api.call('GET', '/v1/webhooks'),
      api.call('GET', '/v1/webhooks', { headers: { authorization: 'Basic dXNlcjpwYXNz' } }),
      api.call('GET', '/v1/webhooks', { headers: { authorization: 'Bearer' } }),
      api.call('GET', '/v1/webhooks', { headers: { authorization: 'Bearer two words' } }),
      api.call('GET', '/v1/webhooks', { token: 'ph_unknown' }),
      api.call('GET', '/v1/webhooks', { token }),
      api.call('GET', '/v1/webhooks', { headers: { cookie: 'posthorn_session=1.k1.AAAA', 'posthorn-console': '1' } }),
    ]);

    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="posthorn"');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.text).toBe(answers[0]?.text);
    }
    expect(answers[0]?.body).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it('lets the admin token act for the account that it names, and asks for one', async () => {
    const { accountId, token } = await api.account('manage');
    const { id } = await api.webhook(token);
    const call = (account?: number | string) =>
      api.call('GET', `/v1/webhooks/${id}`, {
        token: ADMIN_TOKEN,
        headers: account === undefined ? {} : { 'posthorn-account': String(account) },
      });
    expect([(await call(accountId)).status, (await call(accountId)).body.id]).toEqual([200, id]);
    const other = await api.account('manage');
    expect((await call(other.accountId)).status).toBe(404);
    const unnamed = await call();
    expect([unnamed.status, unnamed.body.code]).toEqual([403, 'forbidden']);
    expect(unnamed.body.detail).toContain('`Posthorn-Account: <account id>`');
    const wrong: [string, string][] = [
      ['x', 'account.invalid'],
      ['', 'account.invalid'],
      ['2147483648', 'account.invalid'],
      ['2147483647', 'account.unknown'],
    ];
    for (const [account, code] of wrong) {
      const { status, body } = await call(account);
      expect([account, status, body.errors]).toEqual([
        account,
        422,
        [expect.objectContaining({ path: 'Posthorn-Account', code })],
      ]);
    }
  });

  it('refuses a token for an account that is not its own, and takes its own', async () => {
    const { accountId, token } = await api.account('read');
    const call = (account: number) =>
      api.call('GET', '/v1/webhooks', { token, headers: { 'posthorn-account': String(account) } });
    expect((await call(accountId)).status).toBe(200);
    const refused = await call(accountId + 1);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  });

  it('takes the scheme in any letter case', async () => {
    const { token } = await api.account('read');
    const answer = await api.call('GET', '/v1/webhooks', { headers: { authorization: `bearer ${token}` } });
    expect(answer.status).toBe(200);
  });

  it('reads no body before the token is known to be good', async () => {
    const answer = await api.call('POST', '/v1/webhooks', { text: '{"name": ' });
    expect(answer.status).toBe(401);
  });

  it('stores the hash of a token, not the token', async () => {
    const { token } = await api.account('read');
    const rows = await api.database.prisma.$queryRaw<{ text: string }[]>`SELECT t::text AS text FROM tokens t`;
    expect(rows.some((row) => row.text.includes(token))).toBe(false);
  });
});

describe('what a scope allows', () => {
  const routes: [string, string, TokenScope, number][] = [
    ['GET', '/v1/webhooks', 'read', 200],
    ['POST', '/v1/webhooks', 'manage', 422],
    ['GET', '/v1/webhooks/ID', 'read', 200],
    ['PATCH', '/v1/webhooks/ID', 'manage', 422],
    ['GET', '/v1/webhooks/ID/secret', 'manage', 200],
    ['POST', '/v1/webhooks/ID/secret/rotate', 'manage', 200],
    ['POST', '/v1/webhooks/ID/test', 'manage', 200],
    ['GET', '/v1/webhooks/ID/deliveries', 'read', 200],
    ['GET', '/v1/deliveries/DLV', 'read', 200],
    ['POST', '/v1/deliveries/DLV/retry', 'manage', 202],
    ['GET', '/v1/events/EVT', 'read', 200],
    ['DELETE', '/v1/webhooks/ID', 'manage', 204],
  ];

  it.each(routes)('%s %s needs %s', async (method, path, needed, success) => {
    const { accountId, token: manage } = await api.account('manage');
    const tokens = {
      manage,
      read: await api.tokenOf(accountId, 'read'),
      publish: await api.tokenOf(accountId, 'publish'),
    };
    // Port 9 (discard) is closed: a test attempt fails, and its answer is 200 all the same.
    const webhook = await api.webhook(manage, { targetUrl: 'http://127.0.0.1:9/' });
    const eventId = await insertEvent(api.database, { accountId });
    const deliveryId = await insertDelivery(api.database, { eventId, accountId, webhookId: webhook.id });
    const url = path
      .replace('ID', String(webhook.id))
      .replace('DLV', encodeId('delivery', deliveryId))
      .replace('EVT', encodeId('event', eventId));
    const answer = (scope: TokenScope) => api.call(method, url, { token: tokens[scope] });

    const refused: TokenScope[] = needed === 'read' ? ['publish'] : ['publish', 'read'];
    for (const scope of refused) {
      const { status, body } = await answer(scope);
      expect([scope, status, body.code]).toEqual([scope, 403, 'forbidden']);
      expect(body.detail).toContain(`\`${needed}\``);
    }
    const welcome: TokenScope[] = needed === 'read' ? ['read', 'manage'] : ['manage'];
    for (const scope of welcome) expect([scope, (await answer(scope)).status]).toEqual([scope, success]);
  });
});

describe('paths and methods', () => {
  it.each([
    ['PUT', '/v1/webhooks', 'GET, HEAD, POST'],
    ['POST', '/v1/webhooks/1', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/v1/webhooks/1/test', 'POST'],
    ['DELETE', '/v1/webhooks/1/secret', 'GET, HEAD'],
    ['GET', '/v1/webhooks/1/secret/rotate', 'POST'],
    ['POST', '/v1/webhooks/1/deliveries', 'GET, HEAD'],
    ['DELETE', `/v1/deliveries/${encodeId('delivery', newId())}`, 'GET, HEAD'],
    ['GET', `/v1/deliveries/${encodeId('delivery', newId())}/retry`, 'POST'],
    ['DELETE', `/v1/events/${encodeId('event', newId())}`, 'GET, HEAD'],
    ['DELETE', '/v1/accounts', 'GET, HEAD, POST'],
    ['DELETE', '/v1/accounts/1', 'GET, HEAD'],
    ['PATCH', '/v1/accounts/1/tokens', 'GET, HEAD, POST'],
    ['GET', `/v1/tokens/${encodeId('token', newId())}`, 'DELETE'],
    ['DELETE', '/v1/tokens', 'GET, HEAD, POST'],
    ['POST', '/v1/me', 'GET, HEAD'],
    ['POST', '/v1/diagnosis', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/readyz', 'GET, HEAD'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await api.call(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.body.code).toBe('method_not_allowed');
  });

  it('answers a path that does not exist with a problem document', async () => {
    const answer = await api.call('GET', '/v1/nothing');
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('answers a path that is not percent-encoding with 400', async () => {
    const { token } = await api.account('read');
    const answer = await api.call('GET', '/v1/webhooks/%ff', { token });
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_body']);
  });

  it('answers HEAD as GET without a body, and lets no cache keep an answer', async () => {
    const { token } = await api.account('read');
    const answer = await api.call('HEAD', '/v1/webhooks', { token });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('health', () => {
  it('shows without a token that it runs and that database, migrations and queue are there', async () => {
    expect((await api.call('GET', '/healthz')).body).toMatchObject({ status: 'ok', service: 'api' });
    const ready = await api.call('GET', '/readyz');
    expect(ready.status).toBe(200);
    expect(ready.body.checks).toEqual({ database: 'ok', migrations: 'ok', queue: 'ok' });
  });

  it('is not ready while the queue is away', async () => {
    api.setQueueAway(true);
    const ready = await api.call('GET', '/readyz');
    api.setQueueAway(false);
    expect(ready.status).toBe(503);
    expect(ready.body.checks).toEqual({ database: 'ok', migrations: 'ok', queue: 'the queue is away' });
  });
});
