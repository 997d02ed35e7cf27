import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { type Database, loadDeliverableWebhooks } from '@posthorn/database';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let accountId: number;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  ({ accountId, token } = await api.account('manage'));
});
afterAll(() => api.close());

const patch = (id: number, body: unknown) => api.call('PATCH', `/v1/webhooks/${id}`, { token, body });

const failingSince = new Date('2026-05-01T10:00:00.000Z');
const lastError = {
  at: '2026-05-01T12:00:00.000Z',
  code: 'timeout',
  message: 'No answer in time.',
  status: null,
  body: null,
  eventId: 'evt_x',
  deliveryId: 'dlv_x',
};

/** What a worker leaves behind when it switches a webhook off. */
const switchOff = async ({ prisma }: Database, id: number) => {
  await prisma.webhookHealth.update({
    where: { webhookId: id },
    data: { consecutiveFailures: 20, failingSince, lastError },
  });
  await prisma.webhook.update({
    where: { id },
    data: { state: 'TooManyErrors', stateReason: '20 failed attempts in a row', version: { increment: 1 } },
  });
};

describe('states', () => {
  it('shows why a webhook was switched off, since when it fails, and its last error', async () => {
    const { id } = await api.webhook(token);
    await switchOff(api.database, id);
    const { body } = await api.call('GET', `/v1/webhooks/${id}`, { token });
    expect(body).toMatchObject({
      state: 'TooManyErrors',
      stateReason: '20 failed attempts in a row',
      consecutiveErrors: 20,
      failingSince: failingSince.toISOString(),
      lastError,
    });
  });

  it('setting the state to Active ends the episode: count and start are gone, the last error stays to be read', async () => {
    const { id } = await api.webhook(token);
    await switchOff(api.database, id);
    const { status, body } = await patch(id, { state: 'Active' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'Active',
      stateReason: null,
      consecutiveErrors: 0,
      failingSince: null,
      lastError,
    });
  });

  it('setting an Active webhook to Active resets its count', async () => {
    const { id } = await api.webhook(token);
    await api.database.prisma.webhookHealth.update({
      where: { webhookId: id },
      data: { consecutiveFailures: 3, failingSince },
    });
    const { body } = await patch(id, { state: 'Active' });
    expect(body).toMatchObject({ state: 'Active', consecutiveErrors: 0, failingSince: null });
  });

  it('a change that does not name the state leaves state and count alone', async () => {
    const { id } = await api.webhook(token);
    await switchOff(api.database, id);
    const { body } = await patch(id, { name: 'renamed' });
    expect(body).toMatchObject({ state: 'TooManyErrors', consecutiveErrors: 20 });
  });

  it('stopping says who did it, keeps the count, and stopping again keeps the first reason', async () => {
    const { id } = await api.webhook(token);
    await switchOff(api.database, id);
    const { body } = await patch(id, { state: 'Stopped' });
    expect(body).toMatchObject({ state: 'Stopped', stateReason: 'Stopped by token for manage', consecutiveErrors: 20 });
    await api.database.prisma.webhook.update({ where: { id }, data: { stateReason: 'The receiver answered 410' } });
    expect((await patch(id, { state: 'Stopped' })).body.stateReason).toBe('The receiver answered 410');
  });

  it('a worker holds a copy that its version shows to be old after every change of state', async () => {
    const { id } = await api.webhook(token);
    await patch(id, { state: 'Stopped' });
    await patch(id, { state: 'Active' });
    const loaded = (await loadDeliverableWebhooks(api.database, api.encryption, [id])).get(id);
    expect([loaded?.version, loaded?.state]).toEqual([3, 'Active']);
  });
});

describe('changes at the same time', () => {
  it('lose nothing: each of twelve writers sees its own field kept, and the version counts them all', async () => {
    const { id } = await api.webhook(token);
    const bodies: Record<string, unknown>[] = [
      { name: 'renamed' },
      { events: ['a.b'] },
      { targetUrl: 'https://example.com/other' },
      { headers: { a: '1' } },
      { properties: { a: 1 } },
      { errorsEmail: 'a@example.com' },
      // These six share one column.
      { timeoutMs: 500 },
      { maxInFlight: 2 },
      { successStatus: '200' },
      { rateLimit: { perSecond: 5 } },
      { tooManyErrors: { count: 1, forSeconds: 0 } },
      { retry: { delaysSeconds: [1], jitter: 0 } },
    ];
    const answers = await Promise.all(bodies.map((body) => patch(id, body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    const { body } = await api.call('GET', `/v1/webhooks/${id}`, { token });
    expect(body).toMatchObject(Object.assign({}, ...bodies));
    expect((await loadDeliverableWebhooks(api.database, api.encryption, [id])).get(id)?.version).toBe(13);
  });

  it('a worker that records failures and a person who reactivates wait for each other, never crosswise', async () => {
    const { id } = await api.webhook(token);
    const { prisma } = api.database;
    const worker = () =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1 AS one FROM webhook_health WHERE webhook_id = ${id}::int FOR UPDATE`;
        await tx.$executeRaw`UPDATE webhook_health SET consecutive_failures = consecutive_failures + 1 WHERE webhook_id = ${id}::int`;
        await tx.$executeRaw`UPDATE webhooks SET state = 'TooManyErrors', version = version + 1 WHERE id = ${id}::int`;
      });
    const rounds = Array.from({ length: 10 }, () => Promise.all([patch(id, { state: 'Active' }), worker()]));
    for (const [{ status }] of await Promise.all(rounds)) expect(status).toBe(200);
    const { body } = await patch(id, { state: 'Active' });
    expect(body).toMatchObject({ state: 'Active', consecutiveErrors: 0 });
  });
});

describe('deleting', () => {
  it('discards what was pending or held, leaves what was settled, and takes secrets and health along', async () => {
    const { id } = await api.webhook(token);
    const other = await api.webhook(token);
    const eventId = await insertEvent(api.database, { accountId });
    const insert = (status: 'pending' | 'held' | 'succeeded' | 'failed', webhookId = id) =>
      insertDelivery(api.database, { eventId, accountId, webhookId, status });
    const pending = await insert('pending');
    const held = await insert('held');
    const succeeded = await insert('succeeded');
    const failed = await insert('failed');
    const others = await insert('pending', other.id);

    const { status, text } = await api.call('DELETE', `/v1/webhooks/${id}`, { token });
    expect([status, text]).toEqual([204, '']);

    const statusOf = async (deliveryId: string) => {
      const { body } = await api.call('GET', `/v1/deliveries/${encodeId('delivery', deliveryId)}`, { token });
      return [body.status, body.nextAttemptAt, body.settledAt !== null];
    };
    expect(await statusOf(pending)).toEqual(['discarded', null, true]);
    expect(await statusOf(held)).toEqual(['discarded', null, true]);
    expect(await statusOf(succeeded)).toEqual(['succeeded', null, true]);
    expect(await statusOf(failed)).toEqual(['failed', null, true]);
    expect((await statusOf(others))[0]).toBe('pending');
    const { prisma } = api.database;
    expect(await prisma.webhookSecret.count({ where: { webhookId: id } })).toBe(0);
    expect(await prisma.webhookHealth.count({ where: { webhookId: id } })).toBe(0);
  });

  it('happens once: of five at the same time one is 204, and afterwards there is nothing', async () => {
    const { id } = await api.webhook(token);
    const path = `/v1/webhooks/${id}`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.call('DELETE', path, { token })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404, 404, 404, 404]);
    expect((await api.call('GET', path, { token })).status).toBe(404);
    expect((await patch(id, { name: 'x' })).status).toBe(404);
    expect((await api.call('GET', `${path}/deliveries`, { token })).status).toBe(404);
  });
});
