import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { newId } from '@posthorn/database';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
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

describe('one event', () => {
  it('is shown with its deliveries and nobody else’s of the same millisecond', async () => {
    const first = await api.webhook(token);
    const second = await api.webhook(token);
    const atMs = Date.now() - HOUR_MS;
    const occurredAt = new Date('2026-01-02T03:04:05.678Z');
    const eventId = await insertEvent(api.database, {
      accountId,
      atMs,
      occurredAt,
      idempotencyKey: 'key-1',
      type: 'sale.sold',
    });
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

  it.each([
    '{"big":12345678901234567890123456789,"small":1.10}',
    'null',
    '"text"',
    '[1, 2]',
    '{"z":1,"a":{"é":"\\u00e9"}}',
  ])('shows the data %s as it was published', async (data) => {
    const eventId = await insertEvent(api.database, { accountId, data });
    const { text, body } = await api.call('GET', `/v1/events/${encodeId('event', eventId)}`, { token });
    expect(text).toContain(`"data":${data}`);
    expect(body).toMatchObject({ deliveries: [], idempotencyKey: null });
  });

  it.each([encodeId('event', newId()), encodeId('delivery', newId()), 'batch', '1'])('is 404 for %s', async (id) => {
    const answer = await api.call('GET', `/v1/events/${id}`, { token });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});
