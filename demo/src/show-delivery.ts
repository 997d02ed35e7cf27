import { verifyWebhook, type WebhookView } from '@posthorn/client';
import { type Receiver, waitUntil } from '@posthorn/testing';
import type { Checks } from './checks.ts';
import { SAMPLE } from './sample-webhook.ts';
import type { DemoParts } from './start-demo.ts';

const hasHeaders = (headers: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(SAMPLE.headers).every(([name, value]) => headers[name.toLowerCase()] === value);

/** An event arrives once, signed, as the webhook asks for; what it did not subscribe to does not. */
export const showDelivery = async (parts: DemoParts, receiver: Receiver, webhook: WebhookView, checks: Checks) => {
  const { client } = parts;
  checks.section('An event is published and delivered');
  const sold = await client.events.publish({ type: 'sale.sold', data: { saleId: 4711, amount: 1250.5 } });
  const lost = await client.events.publish({ type: 'sale.lost', data: { saleId: 4712 } });
  const other = await client.events.publish({ type: 'contact.created', data: { contactId: 1 } });
  checks.check(
    'sale.sold and sale.lost have a delivery, contact.created has none',
    sold.deliveries + lost.deliveries === 2 && other.deliveries === 0,
  );

  const requests = await receiver.waitFor(2);
  const { secret } = await client.webhooks.secret(webhook.id);
  const verified = requests.map((request) => verifyWebhook(request.body, request.headers, secret ?? ''));
  checks.check(
    'the receiver verifies the signature of both with its secret',
    verified.length === 2,
    `webhook-id ${verified[0]?.id}`,
  );
  const payloads = verified.map(
    ({ payload }) => payload as { type: string; data: { saleId: number }; fieldName?: object },
  );
  checks.check(
    'type and data arrived as they were published',
    payloads
      .map(({ type }) => type)
      .toSorted()
      .join() === 'sale.lost,sale.sold' &&
      payloads
        .map(({ data }) => data.saleId)
        .toSorted((a, b) => a - b)
        .join() === '4711,4712',
  );
  checks.check(
    "the webhook's properties are in the body",
    payloads.every(({ fieldName }) => fieldName !== undefined),
  );
  checks.check(
    "the webhook's headers are on the request",
    requests.every(({ headers }) => hasHeaders(headers)),
  );
};

/** A receiver that fails twice gets its third attempt, and the log of attempts tells the story. */
export const showRetries = async (parts: DemoParts, receiver: Receiver, checks: Checks) => {
  const { client } = parts;
  checks.section('A receiver fails twice');
  const before = receiver.requests.length;
  receiver.answerWith((_request, _response, nth) => ({ status: nth <= before + 2 ? 500 : 204 }));
  const { id } = await client.events.publish({ type: 'sale.sold', data: { saleId: 4713 } });
  const requests = (await receiver.waitFor(before + 3)).slice(before);
  const delivery = await waitUntil('the delivery succeeds', async () => {
    const [own] = (await client.events.get(id)).deliveries;
    return own?.status === 'succeeded' ? client.deliveries.get(own.id) : null;
  });
  const outcomes = delivery.attemptLog.map(({ number, outcome }) => `${number} ${outcome}`).join(', ');
  checks.check('its third attempt succeeds', outcomes === '1 failed, 2 failed, 3 succeeded', outcomes);
  const ids = new Set(requests.map(({ headers }) => headers['webhook-id']));
  checks.check('all three carry the same webhook-id', ids.size === 1);
};
