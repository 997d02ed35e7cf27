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
const list = (webhookId: number, query = '') => api.call('GET', `/v1/webhooks/${webhookId}/deliveries${query}`, { token });
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
      insertAttempt(api.database, { deliveryId: uuid, number, status, succeeded, startedAt: new Date(created + afterMs) });
    const manual = await attempt(null, 500, false, 25 * HOUR_MS);
    const first = await attempt(1, null, false, 5);
    const second = await attempt(2, 200, true, 24 * HOUR_MS);
    await insertAttempt(api.database, { deliveryId: other.uuid, number: 1, status: 200, succeeded: true, startedAt: new Date() });

    const { status, body } = await api.call('GET', `/v1/deliveries/${id}`, { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, webhookId, status: 'succeeded', attempts: 2, createdAt: new Date(created).toISOString() });
    const request = { method: 'POST', url: 'https://example.com/hook', headers: { 'x-key': '[redacted]' }, bodyBytes: 12, body: null };
    expect(body.attemptLog).toEqual([
      {
        id: encodeId('attempt', first),
        trigger: 'schedule',
        number: 1,
        startedAt: new Date(created + 5).toISOString(),
        durationMs: 12,
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

  it.each([encodeId('delivery', newId()), encodeId('event', newId()), newId(), '1', 'dlv_', 'dlv_zzzzzzzzzzzzzzzzzzzzzzzzzz'])(
    'is 404 for %s',
    async (id) => {
      expect((await api.call('GET', `/v1/deliveries/${id}`, { token })).status).toBe(404);
      expect((await api.call('POST', `/v1/deliveries/${id}/retry`, { token })).status).toBe(404);
    },
  );
});

describe('retrying a delivery by hand', () => {
  const retry = (id: string, body?: unknown) => api.call('POST', `/v1/deliveries/${id}/retry`, { token, body });
  const rowsOf = (deliveryId: string) => api.database.prisma.manualRetry.findMany({ where: { deliveryId } });

  it.each<DeliveryStatus>(['pending', 'succeeded', 'failed', 'held'])(
    'is accepted for one that is %s: a row first, then the queue, and the delivery stays as it is',
    async (status) => {
      const { id: webhookId } = await api.webhook(token);
      const { id, uuid } = await delivery(webhookId, { status });
      const before = await api.database.prisma.delivery.findUnique({ where: { id: uuid } });
      const earliest = Date.now();
      const answer = await retry(id, {});
      expect(answer.status).toBe(202);
      expect(answer.body).toEqual({ id: expect.stringMatching(/^rty_/), deliveryId: id });
      const [row, ...more] = await rowsOf(uuid);
      expect(more).toEqual([]);
      expect(row).toMatchObject({ accountId, requestedBy: 'token for manage', finished: null });
      expect(encodeId('retry', row?.id ?? '')).toBe(answer.body.id);
      const leaseMs = (row?.wakeAt.getTime() ?? 0) - earliest;
      expect(leaseMs).toBeGreaterThan(55_000);
      expect(leaseMs).toBeLessThan(90_000);
      expect(api.enqueued.items.at(-1)).toEqual({ retryId: row?.id, deliveryId: uuid });
      expect(await api.database.prisma.delivery.findUnique({ where: { id: uuid } })).toEqual(before);
    },
  );

  it('is accepted while the queue is away: the row is there for the scheduler', async () => {
    const { id: webhookId } = await api.webhook(token);
    const { id, uuid } = await delivery(webhookId);
    const enqueued = api.enqueued.items.length;
    api.setQueueAway(true);
    const answer = await retry(id);
    api.setQueueAway(false);
    expect(answer.status).toBe(202);
    expect(await rowsOf(uuid)).toHaveLength(1);
    expect(api.enqueued.items).toHaveLength(enqueued);
  });

  it.each(['Stopped', 'TooManyErrors'])('is 409 while the webhook is %s, and nothing is stored', async (state) => {
    const { id: webhookId } = await api.webhook(token);
    const { id, uuid } = await delivery(webhookId, { status: 'held' });
    await api.database.prisma.webhook.update({ where: { id: webhookId }, data: { state } });
    const answer = await retry(id);
    expect([answer.status, answer.body.code]).toEqual([409, 'webhook_not_active']);
    expect(answer.body.detail).toContain(state);
    expect(await rowsOf(uuid)).toEqual([]);
  });

  it('is 409 when the delivery was discarded or its webhook is gone', async () => {
    const { id: webhookId } = await api.webhook(token);
    const discarded = await delivery(webhookId, { status: 'discarded' });
    const settled = await delivery(webhookId, { status: 'failed' });
    expect((await retry(discarded.id)).body.code).toBe('delivery_discarded');
    await api.call('DELETE', `/v1/webhooks/${webhookId}`, { token });
    const answer = await retry(settled.id);
    expect([answer.status, answer.body.code]).toEqual([409, 'delivery_discarded']);
    expect(await rowsOf(settled.uuid)).toEqual([]);
  });

  it('takes no fields', async () => {
    const { id: webhookId } = await api.webhook(token);
    const { id, uuid } = await delivery(webhookId);
    const answer = await retry(id, { now: true });
    expect(answer.body.errors).toEqual([expect.objectContaining({ path: '/now', code: 'object.unknown' })]);
    expect(await rowsOf(uuid)).toEqual([]);
  });
});

describe('one event', () => {
  it('is shown with its deliveries and nobody else’s of the same millisecond', async () => {
    const first = await api.webhook(token);
    const second = await api.webhook(token);
    const atMs = Date.now() - HOUR_MS;
    const occurredAt = new Date('2026-01-02T03:04:05.678Z');
    const eventId = await insertEvent(api.database, { accountId, atMs, occurredAt, idempotencyKey: 'key-1', type: 'sale.sold' });
    const twin = await insertEvent(api.database, { accountId, atMs });
    const insert = (event: string, webhookId: number) =>
      insertDelivery(api.database, { eventId: event, accountId, webhookId });
    const ids = [await insert(eventId, first.id), await insert(eventId, second.id)].toSorted();
    await insert(twin, first.id);

    const { status, body, headers } = await api.call('GET', `/v1/events/${encodeId('event', eventId)}`, { token });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      id: encodeId('event', eventId),
      type: 'sale.sold',
      data: { id: 1 },
      occurredAt: occurredAt.toISOString(),
      receivedAt: new Date(atMs).toISOString(),
      idempotencyKey: 'key-1',
      deliveries: ids.map((id) => expect.objectContaining({ id: encodeId('delivery', id), eventType: 'sale.sold' })),
    });
  });

  it.each(['{"big":12345678901234567890123456789,"small":1.10}', 'null', '"text"', '[1, 2]', '{"z":1,"a":{"é":"\\u00e9"}}'])(
    'shows the data %s as it was published',
    async (data) => {
      const eventId = await insertEvent(api.database, { accountId, data });
      const { text, body } = await api.call('GET', `/v1/events/${encodeId('event', eventId)}`, { token });
      expect(text).toContain(`"data":${data}`);
      expect(body).toMatchObject({ deliveries: [], idempotencyKey: null });
    },
  );

  it.each([encodeId('event', newId()), encodeId('delivery', newId()), 'batch', '1'])('is 404 for %s', async (id) => {
    const answer = await api.call('GET', `/v1/events/${id}`, { token });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});
