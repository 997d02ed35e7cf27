import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventMatch, encodeId } from '@posthorn/contracts';
import { newId } from '@posthorn/database';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const matchesOf = async (token: string, eventId: string, query = '') => {
  const { status, body } = await api.call('GET', `/v1/events/${encodeId('event', eventId)}/matches${query}`, { token });
  expect(status).toBe(200);
  return body as { items: EventMatch[]; nextCursor: string | null };
};
const summaryOf = ({ items }: { items: EventMatch[] }) =>
  items.map(({ webhookId, matched, reason }) => [webhookId, matched, reason]);

/** When a webhook was made and changed last. */
const setTimes = (id: number, registered: Date, updated: Date) =>
  api.database.prisma.webhook.update({ where: { id }, data: { registered, updated } });

describe('which webhooks an event reached', () => {
  it('those that it reached first, then the others, each with the reason in a sentence', async () => {
    const { accountId, token } = await api.account('manage');
    const make = async (events: string[]) => (await api.webhook(token, { events, name: `on ${events.join(' ')}` })).id;
    const [other, hit, later, changed, lost, deleted] = [
      await make(['contact.*']),
      await make(['sale.*', 'contact.*']),
      await make(['*']),
      await make(['sale.sold']),
      await make(['company.*']),
      await make(['sale.sold']),
    ];
    const now = Date.now();
    const eventId = await insertEvent(api.database, { accountId, type: 'sale.sold', atMs: now });
    const before = new Date(now - 60_000);
    for (const id of [other, hit, lost]) await setTimes(id, before, before);
    await setTimes(later, new Date(now + 5), new Date(now + 5));
    await setTimes(changed, before, new Date(now + 5000));
    const deliver = (webhookId: number, status: 'succeeded' | 'held') =>
      insertDelivery(api.database, { eventId, accountId, webhookId, status });
    const delivered = encodeId('delivery', await deliver(hit, 'succeeded'));
    await deliver(lost, 'held');
    await deliver(deleted, 'held');
    await api.call('DELETE', `/v1/webhooks/${deleted}`, { token });

    const page = await matchesOf(token, eventId);
    expect(summaryOf(page)).toEqual([
      [hit, true, 'matched'],
      [lost, true, 'matched_before_change'],
      [deleted, true, 'webhook_deleted'],
      [other, false, 'no_pattern_matches'],
      [later, false, 'created_later'],
      [changed, false, 'pattern_changed'],
    ]);
    expect(page.nextCursor).toBeNull();
    expect(page.items[0]).toEqual({
      webhookId: hit,
      name: 'on sale.* contact.*',
      state: 'Active',
      events: ['sale.*', 'contact.*'],
      matched: true,
      reason: 'matched',
      message: 'sale.* matches; it was delivered.',
      deliveryId: delivered,
      deliveryStatus: 'succeeded',
    });
    expect(page.items[2]).toMatchObject({ name: null, state: null, events: [], deliveryStatus: 'discarded' });
    expect(page.items[3]).toMatchObject({
      message: 'Its pattern contact.* does not match sale.sold.',
      deliveryId: null,
      deliveryStatus: null,
    });
  });

  it('are walked page by page exactly once, over both parts', async () => {
    const { accountId, token } = await api.account('manage');
    const ids: number[] = [];
    for (let nth = 0; nth < 7; nth += 1) ids.push((await api.webhook(token)).id);
    const eventId = await insertEvent(api.database, { accountId });
    for (const nth of [1, 3, 6]) {
      await insertDelivery(api.database, { eventId, accountId, webhookId: ids[nth] ?? 0, status: 'succeeded' });
    }
    const expected = [1, 3, 6, 0, 2, 4, 5].map((nth) => ids[nth]);
    for (const limit of [1, 2, 3, 4, 7, 200]) {
      const seen: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof matchesOf>> = await matchesOf(
          token,
          eventId,
          `?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map(({ webhookId }) => webhookId));
        cursor = page.nextCursor;
      }
      expect([limit, seen]).toEqual([limit, expected]);
    }
  });

  it('are none of another account, nor is an event of one', async () => {
    const [owner, stranger] = [await api.account('manage'), await api.account('manage')];
    await api.webhook(owner.token);
    const theirs = await api.webhook(stranger.token);
    const eventId = await insertEvent(api.database, { accountId: owner.accountId });
    expect((await matchesOf(owner.token, eventId)).items.map(({ webhookId }) => webhookId)).not.toContain(theirs.id);
    for (const id of [encodeId('event', eventId), encodeId('event', newId()), 'evt_1', 'batch']) {
      const answer = await api.call('GET', `/v1/events/${id}/matches`, { token: stranger.token });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  });

  it.each([
    ['cursor=x', 'cursor'],
    [`cursor=${Buffer.from('matches-reached:x').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('matches-missed:99999999999').toString('base64url')}`, 'cursor'],
    ['type=a.b', 'type'],
  ])('%s is refused', async (query, path) => {
    const { accountId, token } = await api.account('read');
    const eventId = await insertEvent(api.database, { accountId });
    const { status, body } = await api.call('GET', `/v1/events/${encodeId('event', eventId)}/matches?${query}`, {
      token,
    });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});
