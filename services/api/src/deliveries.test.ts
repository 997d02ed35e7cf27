import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeliveryStatus, encodeId } from '@posthorn/contracts';
import { newId } from '@posthorn/database';
import { insertAttempt, insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let accountId: number;
let token: string;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  api = await startTestApi();
  ({ accountId, token } = await api.account('manage'));
});
afterAll(() => api.close());

const delivery = async (
  webhookId: number,
  input: { status?: DeliveryStatus; type?: string; atMs?: number; attempts?: number; dueAt?: Date } = {},
) => {
  const { type, atMs, ...rest } = input;
  const eventId = await insertEvent(api.database, {
    accountId,
    ...(type === undefined ? {} : { type }),
    ...(atMs === undefined ? {} : { atMs }),
  });
  const id = await insertDelivery(api.database, { eventId, accountId, webhookId, ...rest });
  return { eventId: encodeId('event', eventId), id: encodeId('delivery', id), uuid: id };
};
const list = (webhookId: number, query = '') =>
  api.call('GET', `/v1/webhooks/${webhookId}/deliveries${query}`, { token });
const idsOf = (body: { items: { id: string }[] }) => body.items.map((item) => item.id);

describe('the deliveries of a webhook', () => {
  it('are shown newest first, over the days, each as a summary', async () => {
    const { id: webhookId } = await api.webhook(token);
    const other = await api.webhook(token);
    const now = Date.now();
    const dueAt = new Date(now + HOUR_MS);
    const old = await delivery(webhookId, { atMs: now - 24 * HOUR_MS, status: 'succeeded', attempts: 1 });
    const older = await delivery(webhookId, { atMs: now - 72 * HOUR_MS, status: 'failed', attempts: 10 });
    const fresh = await delivery(webhookId, { atMs: now, type: 'sale.sold', attempts: 2, dueAt });
    await delivery(other.id);
    const { status, body } = await list(webhookId);
    expect(status).toBe(200);
    expect(idsOf(body)).toEqual([fresh.id, old.id, older.id]);
    expect(body.nextCursor).toBeNull();
    expect(body.items[0]).toEqual({
      id: fresh.id,
      eventId: fresh.eventId,
      eventType: 'sale.sold',
      webhookId,
      status: 'pending',
      attempts: 2,
      nextAttemptAt: dueAt.toISOString(),
      createdAt: new Date(now).toISOString(),
      settledAt: null,
    });
    expect(body.items[1]).toMatchObject({ status: 'succeeded', nextAttemptAt: null, settledAt: expect.any(String) });
  });

  it('are filtered by status and by event type', async () => {
    const { id: webhookId } = await api.webhook(token);
    const held = await delivery(webhookId, { status: 'held', type: 'a.b' });
    const failed = await delivery(webhookId, { status: 'failed', type: 'a.b' });
    const sold = await delivery(webhookId, { status: 'failed', type: 'sale.sold' });
    expect(idsOf((await list(webhookId, '?status=held')).body)).toEqual([held.id]);
    expect(idsOf((await list(webhookId, '?status=failed&event=a.b')).body)).toEqual([failed.id]);
    expect(idsOf((await list(webhookId, '?event=sale.sold')).body)).toEqual([sold.id]);
    expect(idsOf((await list(webhookId, '?event=a')).body)).toEqual([]);
  });

  it.each([
    ['status=done', 'status', 'any.only'],
    ['event=a.*', 'event', 'string.pattern.base'],
    ['limit=1000', 'limit', 'string.pattern.base'],
    ['cursor=x', 'cursor', 'cursor.invalid'],
    [`cursor=${Buffer.from('webhooks:1').toString('base64url')}`, 'cursor', 'cursor.invalid'],
    ['since=now', 'since', 'object.unknown'],
  ])('%s is refused by the name of the parameter', async (query, path, code) => {
    const { id } = await api.webhook(token);
    const { status, body } = await list(id, `?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ path, code })]);
  });

  it('are walked exactly once, while new ones arrive', async () => {
    const { id: webhookId } = await api.webhook(token);
    const now = Date.now();
    const there: string[] = [];
    // Three of one millisecond among them: pages are bound to ids, not to times.
    for (const age of [0, 1, 1, 1, 2, 3, 30 * HOUR_MS]) there.push((await delivery(webhookId, { atMs: now - age })).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await list(webhookId, `?limit=2${query}`);
      seen.push(...idsOf(body));
      cursor = body.nextCursor;
      await delivery(webhookId, { atMs: now + 1000 });
    } while (cursor !== null);
    expect(seen).toHaveLength(there.length);
    expect(seen.toSorted()).toEqual(there.toSorted());
  });
});

describe('one delivery', () => {
  it('is shown with its attempts, oldest first, manual ones among them', async () => {
    const { id: webhookId } = await api.webhook(token);
    const created = Date.now() - 26 * HOUR_MS;
    const { id, uuid } = await delivery(webhookId, { atMs: created, attempts: 2, status: 'succeeded' });
    const other = await delivery(webhookId, { atMs: created });
    const attempt = (number: number | null, status: number | null, succeeded: boolean, afterMs: number) =>
      insertAttempt(api.database, {
        deliveryId: uuid,
        number,
        status,
        succeeded,
        startedAt: new Date(created + afterMs),
      });
    const manual = await attempt(null, 500, false, 25 * HOUR_MS);
    const first = await attempt(1, null, false, 5);
    const second = await attempt(2, 200, true, 24 * HOUR_MS);
    await insertAttempt(api.database, {
      deliveryId: other.uuid,
      number: 1,
      status: 200,
      succeeded: true,
      startedAt: new Date(),
    });

    const { status, body } = await api.call('GET', `/v1/deliveries/${id}`, { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      webhookId,
      status: 'succeeded',
      attempts: 2,
      createdAt: new Date(created).toISOString(),
    });
    const request = {
      method: 'POST',
      url: 'https://example.com/hook',
      headers: { 'x-key': '[redacted]' },
      bodyBytes: 12,
      body: null,
    };
    expect(body.attemptLog).toEqual([
      {
        id: encodeId('attempt', first),
        trigger: 'schedule',
        number: 1,
        startedAt: new Date(created + 5).toISOString(),
        durationMs: 12,
        timings: null,
        outcome: 'failed',
        error: { code: 'timeout', message: 'No answer in time.' },
        request,
        response: null,
      },
      expect.objectContaining({
        id: encodeId('attempt', second),
        number: 2,
        outcome: 'succeeded',
        error: null,
        response: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok', bodyTruncated: false },
      }),
      expect.objectContaining({ id: encodeId('attempt', manual), trigger: 'manual', number: null, outcome: 'failed' }),
    ]);
  });

  it.each([
    encodeId('delivery', newId()),
    encodeId('event', newId()),
    newId(),
    '1',
    'dlv_',
    'dlv_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  ])('is 404 for %s', async (id) => {
    expect((await api.call('GET', `/v1/deliveries/${id}`, { token })).status).toBe(404);
    expect((await api.call('POST', `/v1/deliveries/${id}/retry`, { token })).status).toBe(404);
  });
});
