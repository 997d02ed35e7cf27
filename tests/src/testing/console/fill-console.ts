import type { WebhookView } from '@posthorn/client';
import { waitUntil } from '@posthorn/testing';
import type { ConsoleSystem } from './start-console.ts';

/** One of each that a page can show. */
export interface Filled {
  healthy: WebhookView;
  /** Switched off by its errors, with deliveries that are held. */
  broken: WebhookView;
  eventId: string;
  /** A delivery that failed once and then succeeded. */
  deliveryId: string;
}

/** Switched off after three errors, retried at once. */
export const QUICK_TO_FAIL = {
  tooManyErrors: { count: 3, forSeconds: 0 },
  retry: { delaysSeconds: [0.1, 0.1, 0.1], jitter: 0 },
};

const order = (id: number) => ({ id, customer: `Customer ${id}`, total: 12.5 * id });

/** Real deliveries of all kinds: good ones, retried ones, failed ones, held ones, a replay, a notice, and what people did. */
export const fillConsole = async ({ client, receiver }: ConsoleSystem): Promise<Filled> => {
  receiver.answerWith(({ path }, _response, nth) =>
    path === '/broken' || nth === 1
      ? { status: 503, headers: { 'content-type': 'application/json' }, body: '{"error":"down for maintenance"}' }
      : { status: 204 },
  );
  const healthy = await client.webhooks.create({
    name: 'Orders to the shop',
    events: ['order.*'],
    targetUrl: `${receiver.url}/shop`,
    headers: { 'X-Tenant': 'north' },
    properties: { tenant: 'north' },
    retry: { delaysSeconds: [0.1, 1], jitter: 0 },
  });
  const broken = await client.webhooks.create({
    name: 'Contacts to the archive',
    events: ['contact.*'],
    targetUrl: `${receiver.url}/broken`,
    errorsEmail: 'ops@example.com',
    ...QUICK_TO_FAIL,
  });
  const first = await client.events.publish({ type: 'order.created', data: order(1), idempotencyKey: 'order-1' });
  const { deliveries } = await client.events.get(first.id);
  const [delivery] = deliveries;
  if (delivery === undefined) throw new Error('The first event has no delivery');
  await waitUntil('the first delivery succeeds at its second attempt', async () => {
    const { status, attemptLog } = await client.deliveries.get(delivery.id);
    return status === 'succeeded' && attemptLog.length === 2;
  });
  for (let id = 2; id <= 12; id += 1) await client.events.publish({ type: 'order.created', data: order(id) });
  await client.events.publish({ type: 'contact.created', data: { id: 1, name: 'Ada Lovelace' } });
  await waitUntil(
    'the broken one is switched off',
    async () => (await client.webhooks.get(broken.id)).state === 'TooManyErrors',
  );
  for (let id = 2; id <= 4; id += 1) await client.events.publish({ type: 'contact.created', data: { id } });
  const replay = await client.webhooks.replay(healthy.id, { status: ['succeeded'] });
  await client.replays.waitFor(replay.id, { intervalMs: 100, signal: AbortSignal.timeout(20_000) });
  await client.webhooks.rotateSecret(healthy.id, { overlapSeconds: 3600 });
  return { healthy, broken, eventId: first.id, deliveryId: delivery.id };
};
