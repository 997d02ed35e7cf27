import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditEntryView, encodeId } from '@posthorn/contracts';
import { OPERATOR, removeOldAuditEntries } from '@posthorn/database';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ log: () => {} });
});
afterAll(() => api.close());

const listAs = async (token: string, query = ''): Promise<AuditEntryView[]> => {
  const { status, body } = await api.call('GET', `/v1/audit${query}`, { token });
  expect(status).toBe(200);
  return body.items;
};
const actionsOf = (entries: readonly AuditEntryView[]): string[] => entries.map(({ action }) => action).toReversed();

/** A fresh account with a `manage` token of its own; the operator's lines about making them are left out. */
const start = async () => {
  const { accountId, token } = await api.account('manage', 'read');
  const seen = async (): Promise<AuditEntryView[]> =>
    (await listAs(token)).filter(({ actor }) => actor.type !== 'operator');
  return { accountId, token, seen };
};

describe('the audit log', () => {
  it('has one line for each change of a webhook: who, what, which fields, from where', async () => {
    const { accountId, token, seen } = await start();
    const headers = { 'user-agent': 'audit-test/1', 'x-request-id': 'call-0001' };
    const made = await api.call('POST', '/v1/webhooks', {
      token,
      headers,
      body: {
        name: 'first',
        events: ['a.b'],
        targetUrl: 'https://example.com/a',
        secret: 'very-secret-value-of-a-webhook-0001',
      },
    });
    expect(made.headers.get('x-request-id')).toBe('call-0001');
    const path = `/v1/webhooks/${made.body.id}`;
    const body = { targetUrl: 'https://example.com/b', headers: { 'x-key': 'hidden-header-value' }, maxInFlight: 3 };
    await api.call('PATCH', path, { token, body });
    await api.call('PATCH', path, { token, body: { name: 'first' } });
    await api.call('POST', `${path}/secret/rotate`, { token });
    await api.call('DELETE', path, { token });

    const entries = await seen();
    expect(actionsOf(entries)).toEqual([
      'webhook.create',
      'webhook.update',
      'webhook.update',
      'webhook.rotate_secret',
      'webhook.delete',
    ]);
    const [created, changed, unchanged, rotated] = entries.toReversed();
    expect(created).toEqual({
      id: expect.stringMatching(/^aud_/),
      at: expect.stringMatching(/Z$/),
      accountId,
      actor: { type: 'token', name: 'token for manage and read', tokenId: expect.stringMatching(/^tok_/) },
      action: 'webhook.create',
      target: { type: 'webhook', id: String(made.body.id), name: 'first' },
      changed: [],
      api: 'native',
      address: '127.0.0.1',
      userAgent: 'audit-test/1',
      requestId: 'call-0001',
    });
    expect(changed?.changed).toEqual(['targetUrl', 'headers', 'maxInFlight']);
    expect(unchanged?.changed).toEqual([]);
    expect(rotated?.changed).toEqual(['secret']);
    const text = JSON.stringify(await api.database.prisma.auditEntry.findMany());
    for (const secret of ['very-secret-value', 'hidden-header-value', 'example.com'])
      expect(text).not.toContain(secret);
  });

  it('tells of accounts and tokens, with the admin token as who did it', async () => {
    const account = (await api.call('POST', '/v1/accounts', { token: ADMIN_TOKEN, body: { name: 'new' } })).body;
    const body = { name: 'ci', scopes: ['manage'] };
    const token = (await api.call('POST', `/v1/accounts/${account.id}/tokens`, { token: ADMIN_TOKEN, body })).body;
    await api.call('DELETE', `/v1/tokens/${token.id}`, { token: ADMIN_TOKEN });
    await api.call('DELETE', `/v1/tokens/${token.id}`, { token: ADMIN_TOKEN });
    const entries = await listAs(ADMIN_TOKEN, `?accountId=${account.id}`);
    expect(actionsOf(entries)).toEqual(['account.create', 'token.create', 'token.revoke']);
    for (const { actor } of entries) expect(actor).toEqual({ type: 'admin', name: 'admin', tokenId: null });
    expect(entries[0]?.target).toEqual({ type: 'token', id: token.id, name: 'ci' });
  });

  it('tells of retries and replays, and of a cancelled replay once', async () => {
    const { accountId, token, seen } = await start();
    const webhook = await api.webhook(token);
    const eventId = await insertEvent(api.database, { accountId });
    const delivery = { eventId, accountId, webhookId: webhook.id, status: 'failed' } as const;
    const deliveryId = encodeId('delivery', await insertDelivery(api.database, delivery));
    await api.call('POST', `/v1/deliveries/${deliveryId}/retry`, { token });
    const replay = (await api.call('POST', `/v1/webhooks/${webhook.id}/replay`, { token })).body;
    expect((await api.call('POST', `/v1/webhooks/${webhook.id}/replay`, { token })).status).toBe(409);
    await api.call('POST', `/v1/replays/${replay.id}/cancel`, { token });
    await api.call('POST', `/v1/replays/${replay.id}/cancel`, { token });
    const entries = await seen();
    expect(actionsOf(entries)).toEqual(['webhook.create', 'delivery.retry', 'replay.create', 'replay.cancel']);
    expect(entries.map(({ target }) => target.id).slice(0, 3)).toEqual([replay.id, replay.id, deliveryId]);
  });

  it('has no line for what was refused or changed nothing', async () => {
    const { token, seen } = await start();
    const other = await api.webhook((await api.account('manage')).token);
    await api.call('POST', '/v1/webhooks', { token, body: { name: 'x' } });
    await api.call('PATCH', `/v1/webhooks/${other.id}`, { token, body: { name: 'mine' } });
    await api.call('DELETE', `/v1/webhooks/${other.id}`, { token });
    await api.call('GET', '/v1/webhooks', { token });
    expect(await seen()).toEqual([]);
  });

  it('shows an account its own lines alone, and needs the scope manage', async () => {
    const [one, two] = [await start(), await start()];
    await api.webhook(one.token);
    expect(await two.seen()).toEqual([]);
    expect(await listAs(two.token, `?accountId=${one.accountId}`)).toEqual([]);
    expect((await listAs(ADMIN_TOKEN, `?accountId=${one.accountId}&action=webhook.create`)).length).toBe(1);
    const { token } = await api.account('read', 'publish');
    const answer = await api.call('GET', '/v1/audit', { token });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect((await api.call('GET', '/v1/audit')).status).toBe(401);
  });

  it('is narrowed down by action, target, token and time, and walked page by page exactly once', async () => {
    const { token, seen } = await start();
    const webhooks = [await api.webhook(token), await api.webhook(token), await api.webhook(token)];
    const [first] = webhooks;
    await api.call('PATCH', `/v1/webhooks/${first.id}`, { token, body: { name: 'renamed' } });
    const all = await seen();
    const tokenId = all[0]?.actor.tokenId;
    expect(actionsOf(await listAs(token, `?targetType=webhook&targetId=${first.id}`))).toEqual([
      'webhook.create',
      'webhook.update',
    ]);
    expect(await listAs(token, '?action=webhook.delete')).toEqual([]);
    expect(await listAs(token, `?tokenId=${tokenId}`)).toEqual(all);
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(await listAs(token, `?since=${future}`)).toEqual([]);
    expect(await listAs(token, `?tokenId=${tokenId}&since=1969-01-01T00:00:00Z&until=${future}`)).toEqual(all);
    const walked: AuditEntryView[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: string = `/v1/audit?limit=3&tokenId=${tokenId}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await api.call('GET', page, { token });
      walked.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(walked).toEqual(all);
  });

  it.each([
    ['action=webhook.explode', 'action'],
    ['tokenId=ph_value', 'tokenId'],
    ['since=yesterday', 'since'],
    ['accountId=0', 'accountId'],
    ['who=me', 'who'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await api.call('GET', `/v1/audit?${query}`, { token: ADMIN_TOKEN });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });

  it('a change whose line cannot be written is not made', async () => {
    const { token } = await start();
    const webhook = await api.webhook(token);
    const { prisma } = api.database;
    await prisma.$executeRawUnsafe('ALTER TABLE audit_entries RENAME TO audit_away');
    try {
      const path = `/v1/webhooks/${webhook.id}`;
      const answers = [
        await api.call('PATCH', path, { token, body: { name: 'renamed' } }),
        await api.call('DELETE', path, { token }),
        await api.call('POST', `${path}/replay`, { token }),
        await api.call('POST', '/v1/accounts', { token: ADMIN_TOKEN, body: { name: 'without a line' } }),
      ];
      for (const { status } of answers) expect(status).toBeGreaterThanOrEqual(500);
      expect((await api.call('GET', path, { token })).body).toEqual(webhook);
      expect(await prisma.replay.count({ where: { webhookId: webhook.id } })).toBe(0);
      expect(await prisma.account.count({ where: { name: 'without a line' } })).toBe(0);
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE audit_away RENAME TO audit_entries');
    }
  });

  it('is removed once it is older than it is kept, oldest first and a bounded number at a time', async () => {
    const { prisma } = api.database;
    const accountId = 2_000_000_001;
    const line = { accountId, actor: OPERATOR.actor, actorName: OPERATOR.name, api: OPERATOR.api };
    const rows = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'].map((id) => ({
      ...line,
      id,
      action: 'account.create',
      targetType: 'account',
      targetId: '1',
    }));
    await prisma.auditEntry.createMany({ data: rows });
    const before = await prisma.auditEntry.count();
    const beforeMs = Date.now() - 86_400_000;
    expect(await removeOldAuditEntries(api.database, { beforeMs, limit: 1 })).toBe(1);
    expect(await prisma.auditEntry.findMany({ where: { accountId }, select: { id: true } })).toEqual([
      { id: rows[1]?.id },
    ]);
    expect(await removeOldAuditEntries(api.database, { beforeMs, limit: 10 })).toBe(1);
    expect(await prisma.auditEntry.count()).toBe(before - 2);
  });
});
