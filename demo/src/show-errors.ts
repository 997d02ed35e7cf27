import type { PosthornClient, WebhookView } from '@posthorn/client';
import { type Receiver, waitUntil } from '@posthorn/testing';
import type { Checks } from './checks.ts';
import { SAMPLE } from './sample-webhook.ts';
import type { DemoParts } from './start-demo.ts';

const waitForState = (client: PosthornClient, id: number, state: string): Promise<WebhookView> =>
  waitUntil(`webhook ${id} is ${state}`, async () => {
    const webhook = await client.webhooks.get(id);
    return webhook.state === state ? webhook : null;
  });

const publishSales = (client: PosthornClient, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      client.events.publish({ type: 'sale.sold', data: { saleId: 5000 + index } }),
    ),
  );

/** A receiver that always fails is switched off once, one mail says so, and what comes meanwhile is held. */
export const showTooManyErrors = async (parts: DemoParts, receiver: Receiver, webhook: WebhookView, checks: Checks) => {
  const { client, mailbox } = parts;
  checks.section('A receiver fails for good');
  receiver.answerWith({ status: 500, body: 'out of order' });
  await publishSales(client, 6);
  const off = await waitForState(client, webhook.id, 'TooManyErrors');
  checks.check('the webhook is TooManyErrors', off.lastError?.status === 500, off.stateReason ?? '');

  const held = await publishSales(client, 3);
  const events = await Promise.all(held.map(({ id }) => client.events.get(id)));
  checks.check(
    'events meanwhile are held',
    events.every(({ deliveries }) => deliveries[0]?.status === 'held'),
  );
  if (mailbox === null) {
    checks.note('the notice went to the mail server of SMTP_URL: look for it there');
  } else {
    const [mail] = await mailbox.waitFor(1);
    checks.check(
      `the notice reached ${SAMPLE.errorsEmail}`,
      mail?.to.join() === SAMPLE.errorsEmail,
      mail?.message.subject,
    );
  }

  checks.section('A person mends it');
  const before = receiver.requests.length;
  receiver.answerWith({ status: 204 });
  const active = await client.webhooks.update(webhook.id, { state: 'Active' });
  checks.check('it is Active again and its count is 0', active.state === 'Active' && active.consecutiveErrors === 0);
  await client.events.publish({ type: 'sale.sold', data: { saleId: 6000 } });
  await waitUntil('the new event arrives', () =>
    receiver.requests.slice(before).some(({ body }) => body.includes('6000')),
  );
  checks.check('new events flow', true);
  const asked = await client.webhooks.replay(webhook.id, { status: ['held'] });
  const replay = await client.replays.waitFor(asked.id, { intervalMs: 100, signal: AbortSignal.timeout(60_000) });
  const sent = await Promise.all(held.map(({ id }) => client.events.get(id)));
  checks.check(
    'what was held was kept, and one call sends it',
    sent.every(({ deliveries }) => deliveries[0]?.status === 'succeeded'),
    `replay ${replay.state}: ${replay.succeeded} of ${replay.total} delivered`,
  );
};

/** 410 Gone says that nobody lives there any more. */
export const showGone = async (parts: DemoParts, receiver: Receiver, webhook: WebhookView, checks: Checks) => {
  const { client, mailbox } = parts;
  checks.section('A receiver is gone');
  receiver.answerWith({ status: 410 });
  const gone = await client.webhooks.create({ name: 'Gone', events: ['ticket.created'], targetUrl: receiver.url });
  await client.events.publish({ type: 'ticket.created', data: { ticketId: 1 } });
  const stopped = await waitForState(client, gone.id, 'Stopped');
  checks.check('410 stopped its webhook', true, stopped.stateReason ?? '');
  const sample = await client.webhooks.get(webhook.id);
  checks.check('the other webhook goes on', sample.state === 'Active');
  await client.webhooks.delete(gone.id);
  if (mailbox !== null) {
    const mails = mailbox.mails.filter(({ to }) => to.includes(SAMPLE.errorsEmail));
    checks.check(`exactly one mail to ${SAMPLE.errorsEmail} in the whole demo`, mails.length === 1, `${mails.length}`);
  }
};
