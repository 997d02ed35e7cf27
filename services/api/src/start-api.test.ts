import { afterAll, describe, expect, it } from '@jest/globals';
import { connectDatabase, createEncryption } from '@posthorn/database';
import { createLogger, createTelemetry } from '@posthorn/runtime';
import { createTestDatabase } from '@posthorn/testing';
import { startApi } from './start-api.ts';
import { checkLoopbackUrl, openLoopbackDispatcher } from './testing/loopback-dispatcher.ts';
import { startTestApi } from './testing/start-test-api.ts';
import { withoutDialects } from './testing/without-dialects.ts';

const dispatcher = openLoopbackDispatcher();
afterAll(() => dispatcher.close());

const options = {
  encryption: createEncryption(`k1:${Buffer.alloc(32, 7).toString('base64')}`),
  logger: createLogger({ service: 'api', level: 'silent' }),
  telemetry: createTelemetry(),
  adminToken: 'the-admin-token-of-the-tests',
  dispatcher,
  checkTargetUrl: checkLoopbackUrl,
  enqueueManualRetry: () => Promise.resolve(),
  queueReady: () => Promise.resolve(),
  deliveryTimeoutMs: 1000,
  ...withoutDialects(),
  maxBodyBytes: 1000,
  host: '127.0.0.1',
  port: 0,
};

describe('starting', () => {
  it('refuses a database that is behind, and says what to run', async () => {
    const testDatabase = await createTestDatabase({ migrated: false });
    const database = connectDatabase({ url: testDatabase.url, poolSize: 2, applicationName: 'test' });
    await expect(startApi({ ...options, database })).rejects.toThrow(/is behind by .* Run `npm run migrate`/);
    await database.close();
    await testDatabase.drop();
  });

  it('lets the token of the environment in from the first request on', async () => {
    const testDatabase = await createTestDatabase();
    const database = connectDatabase({ url: testDatabase.url, poolSize: 2, applicationName: 'test' });
    const api = await startApi({ ...options, database, defaultToken: 'token-from-the-environment' });
    const headers = { authorization: 'Bearer token-from-the-environment' };
    const response = await fetch(`http://127.0.0.1:${api.port}/v1/webhooks`, { headers });
    expect([response.status, await response.json()]).toEqual([200, { items: [], nextCursor: null }]);
    await api.stop();
    await expect(fetch(`http://127.0.0.1:${api.port}/healthz`)).rejects.toThrow('fetch failed');
    await database.close();
    await testDatabase.drop();
  });
});

describe('the log', () => {
  it('has one line a request with its account, and never a token, a secret or a header value', async () => {
    const lines: string[] = [];
    const api = await startTestApi({ log: (line) => lines.push(line) });
    const { accountId, token } = await api.account('manage');
    const { id } = await api.webhook(token, { secret: 'plain-secret', headers: { 'x-key': 'plain-value' } });
    await api.call('GET', `/v1/webhooks/${id}/secret?x=plain-query`, { token });
    await api.call('GET', '/v1/webhooks', { token: 'unknown-token' });
    await api.close();
    const requests = lines.map((line) => JSON.parse(line)).filter((line) => line.message === 'request.answered');
    expect(requests).toEqual([
      expect.objectContaining({ method: 'POST', path: '/v1/webhooks', status: 201, accountId }),
      expect.objectContaining({ method: 'GET', path: `/v1/webhooks/${id}/secret`, status: 200, accountId }),
      expect.objectContaining({ method: 'GET', status: 401, errorCode: 'unauthenticated' }),
    ]);
    expect(lines.join('')).not.toMatch(new RegExp(`${token}|unknown-token|plain-`));
  });

  it('shows a fault of ours to the log, and to the client only that there was one', async () => {
    const lines: string[] = [];
    const api = await startTestApi({ log: (line) => lines.push(line) });
    const { token } = await api.account('manage');
    const { id } = await api.webhook(token);
    await api.database.prisma.$executeRaw`UPDATE webhook_secrets SET secret = 'sealed with a key that is gone'`;
    const { status, text, body } = await api.call('GET', `/v1/webhooks/${id}/secret`, { token });
    await api.close();
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(text).not.toContain('sealed');
    expect(lines.some((line) => line.includes('request.failed') && line.includes('sealed text'))).toBe(true);
  });
});
