import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { newId } from '@posthorn/database';
import { insertDelivery, insertEvent } from './testing/insert-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let owner: string;
let stranger: string;
let webhookId: number;
let deliveryId: string;
let eventId: string;

beforeAll(async () => {
  api = await startTestApi();
  const account = await api.account('manage', 'read', 'publish');
  owner = account.token;
  stranger = (await api.account('manage', 'read', 'publish')).token;
  await api.webhook(owner);
  webhookId = (await api.webhook(owner)).id;
  eventId = await insertEvent(api.database, { accountId: account.accountId });
  deliveryId = await insertDelivery(api.database, { eventId, accountId: account.accountId, webhookId });
});
afterAll(() => api.close());

describe('what belongs to another account', () => {
  const routes: [string, string, unknown][] = [
    ['GET', '/v1/webhooks/WEBHOOK', undefined],
    ['PATCH', '/v1/webhooks/WEBHOOK', { state: 'Active', name: 'mine now' }],
    ['DELETE', '/v1/webhooks/WEBHOOK', undefined],
    ['POST', '/v1/webhooks/WEBHOOK/test', undefined],
    ['GET', '/v1/webhooks/WEBHOOK/secret', undefined],
    ['POST', '/v1/webhooks/WEBHOOK/secret/rotate', { secret: 'my-own-secret' }],
    ['GET', '/v1/webhooks/WEBHOOK/deliveries', undefined],
    ['GET', '/v1/webhooks/WEBHOOK/views', undefined],
    ['GET', '/v1/deliveries/DELIVERY', undefined],
    ['POST', '/v1/deliveries/DELIVERY/retry', undefined],
    ['GET', '/v1/events/EVENT', undefined],
    ['GET', '/v1/events/EVENT/matches', undefined],
  ];

  it.each(routes)(
    '%s %s answers exactly as for an id that nobody has, and changes nothing',
    async (method, path, body) => {
      const url = (webhook: number, delivery: string, event: string) =>
        path
          .replace('WEBHOOK', String(webhook))
          .replace('DELIVERY', encodeId('delivery', delivery))
          .replace('EVENT', encodeId('event', event));
      const stateOf = async () => [
        (await api.call('GET', `/v1/webhooks/${webhookId}`, { token: owner })).body,
        (await api.call('GET', `/v1/webhooks/${webhookId}/secret`, { token: owner })).body,
        await api.database.prisma.manualRetry.count(),
      ];
      const before = await stateOf();

      const theirs = await api.call(method, url(webhookId, deliveryId, eventId), { token: stranger, body });
      const nobodys = await api.call(method, url(987_654, newId(), newId()), { token: stranger, body });

      expect(theirs.status).toBe(404);
      expect([theirs.status, theirs.text]).toEqual([nobodys.status, nobodys.text]);
      expect(await stateOf()).toEqual(before);
    },
  );

  it('is in no list', async () => {
    const { body } = await api.call('GET', '/v1/webhooks', { token: stranger });
    expect(body).toEqual({ items: [], nextCursor: null });
    const cursor = Buffer.from(`webhooks:${webhookId - 1}`).toString('base64url');
    expect((await api.call('GET', `/v1/webhooks?cursor=${cursor}`, { token: stranger })).body.items).toEqual([]);
    for (const list of ['events', 'deliveries', 'notices', 'replays']) {
      expect([list, (await api.call('GET', `/v1/${list}`, { token: stranger })).body.items]).toEqual([list, []]);
    }
  });
});
