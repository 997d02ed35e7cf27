import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeliveryStatus, encodeId } from '@posthorn/contracts';
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

const delivery = async (webhookId: number, input: { status?: DeliveryStatus } = {}) => {
  const eventId = await insertEvent(api.database, { accountId });
  const uuid = await insertDelivery(api.database, { eventId, accountId, webhookId, ...input });
  return { id: encodeId('delivery', uuid), uuid };
};

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
      expect(api.enqueued.items.at(-1)).toEqual({ retryId: row?.id, deliveryId: uuid, shard: 0 });
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
