import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeliveryStatus, encodeId } from '@posthorn/contracts';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const HOUR_MS = 3_600_000;

/** An account of its own with two webhooks, and a way to look for its deliveries. */
const start = async () => {
  const { accountId, token } = await api.account('manage');
  const webhookIds: [number, number] = [(await api.webhook(token)).id, (await api.webhook(token)).id];
  const list = async (query: Record<string, string> = {}) => {
    const { status, body } = await api.call('GET', `/v1/deliveries?${new URLSearchParams(query)}`, { token });
    expect(status).toBe(200);
    return body;
  };
  return {
    accountId,
    token,
    webhookIds,
    list,
    find: async (query: Record<string, string>): Promise<string[]> =>
      (await list(query)).items.map(({ id }: { id: string }) => id),
    async add(webhookId: number, input: { status?: DeliveryStatus; type?: string; atMs: number }) {
      const { status = 'succeeded', ...event } = input;
      const eventId = await insertEvent(api.database, { accountId, ...event });
      const id = await insertDelivery(api.database, { eventId, accountId, webhookId, status });
      return { id: encodeId('delivery', id), eventId: encodeId('event', eventId) };
    },
  };
};

describe('the deliveries of an account', () => {
  it('of all webhooks are shown newest first, as one delivery is shown by itself', async () => {
    const { token, webhookIds, list, add } = await start();
    const now = Date.now();
    const old = await add(webhookIds[0], { atMs: now - 50 * HOUR_MS });
    const fresh = await add(webhookIds[1], { atMs: now, status: 'pending', type: 'sale.sold' });
    const body = await list();
    expect(body).toMatchObject({ items: [{ id: fresh.id }, { id: old.id }], nextCursor: null, searchedUntil: null });
    const { attemptLog, ...summary } = (await api.call('GET', `/v1/deliveries/${fresh.id}`, { token })).body;
    expect(attemptLog).toEqual([]);
    expect(body.items[0]).toEqual(summary);
    expect(summary.nextAttemptAt).not.toBeNull();
  });

  it('are found by webhook, event, status, type and time, and by all of them together', async () => {
    const { webhookIds, find, add } = await start();
    const [first, second] = webhookIds;
    const now = Date.now();
    const sold = await add(first, { atMs: now - 3 * HOUR_MS, type: 'sale.sold', status: 'failed' });
    const made = await add(first, { atMs: now - 2 * HOUR_MS, status: 'held' });
    const other = await add(second, { atMs: now - HOUR_MS, type: 'sale.lost', status: 'failed' });
    expect(await find({ webhookId: String(first) })).toEqual([made.id, sold.id]);
    expect(await find({ eventId: sold.eventId })).toEqual([sold.id]);
    expect(await find({ eventId: sold.eventId, webhookId: String(second) })).toEqual([]);
    expect(await find({ status: 'failed' })).toEqual([other.id, sold.id]);
    expect(await find({ event: 'sale.sold' })).toEqual([sold.id]);
    expect(await find({ event: 'sale.*' })).toEqual([other.id, sold.id]);
    const [since, until] = [now - 2 * HOUR_MS, now - HOUR_MS].map((ms) => new Date(ms).toISOString()) as [
      string,
      string,
    ];
    expect(await find({ since })).toEqual([other.id, made.id]);
    expect(await find({ since, until })).toEqual([made.id]);
    expect(await find({ until: since, webhookId: String(first), status: 'failed', event: 'sale.*' })).toEqual([
      sold.id,
    ]);
    expect(await find({ since: '2999-01-01T00:00:00Z' })).toEqual([]);
  });

  it('of a webhook that was deleted are still found', async () => {
    const { token, webhookIds, find, add } = await start();
    const [webhookId] = webhookIds;
    const { id } = await add(webhookId, { atMs: Date.now(), status: 'held' });
    await api.call('DELETE', `/v1/webhooks/${webhookId}`, { token });
    expect(await find({ webhookId: String(webhookId), status: 'discarded' })).toEqual([id]);
    expect(await find({})).toEqual([id]);
  });

  it('are walked exactly once, while new ones arrive', async () => {
    const { webhookIds, list, add } = await start();
    const now = Date.now();
    const there: string[] = [];
    for (const age of [0, 1, 1, 1, 2, 30 * HOUR_MS]) there.push((await add(webhookIds[0], { atMs: now - age })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: string }[]; nextCursor: string | null } = await list({
        limit: '2',
        ...(cursor === '' ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await add(webhookIds[1], { atMs: now + 1000 });
    }
    expect(seen.toSorted()).toEqual(there.toSorted());
  });

  it('of another account are not among them, whatever is asked for', async () => {
    const [one, two] = [await start(), await start()];
    const theirs = await one.add(one.webhookIds[0], { atMs: Date.now() });
    expect(await two.find({})).toEqual([]);
    expect(await two.find({ eventId: theirs.eventId })).toEqual([]);
    expect(await two.find({ webhookId: String(one.webhookIds[0]) })).toEqual([]);
    expect(await one.find({ eventId: theirs.eventId })).toEqual([theirs.id]);
    const { token } = await api.account('publish');
    expect((await api.call('GET', '/v1/deliveries', { token })).status).toBe(403);
  });

  it.each([
    ['webhookId=0', 'webhookId', 'string.pattern.base'],
    ['webhookId=1e3', 'webhookId', 'string.pattern.base'],
    ['eventId=dlv_01kf9wz3ytf5ermr8dbm0y1d2g', 'eventId', 'string.pattern.base'],
    ['eventId=evt_1', 'eventId', 'string.pattern.base'],
    ['status=done', 'status', 'any.only'],
    ['event=a..b', 'event', 'string.pattern.base'],
    ['until=now', 'until', 'timestamp.form'],
    [
      `cursor=${Buffer.from('deliveries:00000000-0000-0000-0000-000000000000').toString('base64url')}`,
      'cursor',
      'cursor.invalid',
    ],
  ])('%s is refused by the name of the parameter', async (query, path, code) => {
    const { token } = await api.account('read');
    const { status, body } = await api.call('GET', `/v1/deliveries?${query}`, { token });
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ path, code })]);
  });

  it.each(['ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000'])(
    'a cursor that was made up (%s) harms nobody',
    async (id) => {
      const { token } = await api.account('read');
      for (const [path, list] of [
        ['/v1/deliveries', 'account-deliveries'],
        ['/v1/events', 'events'],
      ]) {
        const cursor = Buffer.from(`${list}:${id}`).toString('base64url');
        const { status, body } = await api.call('GET', `${path}?cursor=${cursor}`, { token });
        expect([status, body]).toEqual([200, { items: [], nextCursor: null, searchedUntil: null }]);
      }
    },
  );
});
