import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  injectClock,
  type Mailbox,
  type Receiver,
  startMailbox,
  startReceiver,
  type TestClock,
  waitUntil,
} from '@posthorn/testing';
import { createDialectCaller } from '../../testing/call-dialect.ts';
import { ALL_RETRIES_WAIT, followSchedule } from '../../testing/follow-schedule.ts';
import { startTestPipeline, type TestPipeline } from '../../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let clock: TestClock;
let mailbox: Mailbox;
let receiver: Receiver;
let call: ReturnType<typeof createDialectCaller>;

beforeAll(async () => {
  [mailbox, receiver] = await Promise.all([startMailbox(), startReceiver({ status: 200 })]);
  pipeline = await startTestPipeline({ SMTP_URL: mailbox.url, ...ALL_RETRIES_WAIT }, async (url) => {
    clock = await injectClock(url);
  });
  call = createDialectCaller(pipeline, (token) => ({
    authorization: `Basic ${Buffer.from(`tje0:${token}`).toString('base64')}`,
  }));
});
afterAll(async () => {
  await clock.close();
  await pipeline.close();
  await Promise.all([receiver.close(), mailbox.close()]);
});

const AGENT = '/api/v1/Agents/Webhook';
const SECRET = 'sk_live_9z8y7x6w5v4u3t2s1r0q';

const save = async (values: object = {}) => {
  const { status, body } = await call('POST', `${AGENT}/SaveWebhook`, {
    WebhookId: 0,
    Name: 'Sale Won Notification',
    Events: ['sale.sold', 'sale.lost'],
    TargetUrl: receiver.url,
    Secret: SECRET,
    State: 'Active',
    Type: 'webhook',
    Headers: { 'X-API-Key': 'prod_api_key_12345', 'Content-Type': 'application/json' },
    Properties: { fieldName: {} },
    ErrorsEmail: 'sales-team@example.com',
    ...values,
  });
  expect(status).toBe(200);
  return body as Record<string, unknown> & { WebhookId: number; State: string };
};

const remove = (id: number) => call('POST', `${AGENT}/DeleteWebhook?webhookId=${id}`);

const get = async (id: number) => (await call('POST', `${AGENT}/GetWebhook?webhookId=${id}`)).body;

describe('a webhook of SuperOffice', () => {
  test('gets its callback in the form of SuperOffice, signed as SuperOffice signs', async () => {
    receiver.answerWith({ status: 200 });
    const before = receiver.requests.length;
    const webhook = await save();
    const { id } = await pipeline.client.events.publish({ type: 'sale.sold', data: { PrimaryKey: 4711, amount: 12 } });
    const request = (await receiver.waitFor(before + 1))[before];

    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-api-key': 'prod_api_key_12345',
      'x-superoffice-event': 'sale.sold',
      'x-superoffice-signature': createHmac('sha256', SECRET)
        .update(request?.body ?? '')
        .digest('base64'),
    });
    expect(request?.headers).not.toHaveProperty('x-superoffice-retry');
    expect(request?.headers).not.toHaveProperty('webhook-signature');
    const body = JSON.parse(request?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      'EventId',
      'Timestamp',
      'Changes',
      'Event',
      'PrimaryKey',
      'Entity',
      'ContextIdentifier',
      'ChangedByAssociateId',
      'WebhookName',
      'fieldName',
    ]);
    expect(body).toMatchObject({
      EventId: request?.headers['x-superoffice-eventid'],
      Event: 'sale.sold',
      Entity: 'sale',
      PrimaryKey: 4711,
      Changes: ['amount'],
      WebhookName: 'Sale Won Notification',
      fieldName: {},
    });
    await waitUntil('it is settled', async () => {
      const [delivery] = (await pipeline.client.events.get(id)).deliveries;
      return delivery?.status === 'succeeded';
    });
    await remove(webhook.WebhookId);
  });

  test('is tried three times, after 1 and 4 seconds, and anything but 200 is a failure', async () => {
    receiver.answerWith({ status: 204 });
    const before = receiver.requests.length;
    const webhook = await save();
    const event = { type: 'sale.sold', data: { PrimaryKey: 1 } };
    const { delays, delivery } = await followSchedule(pipeline, clock, { event, receiver });
    expect(delays).toEqual([1, 4]);
    expect(delivery.status).toBe('failed');
    const requests = receiver.requests.slice(before);
    expect(requests.map(({ headers }) => headers['x-superoffice-retry'])).toEqual([undefined, '1', '2']);
    expect(new Set(requests.map(({ headers }) => headers['x-superoffice-eventid'])).size).toBe(1);
    expect((await get(webhook.WebhookId)).State).toBe('Active');
    await remove(webhook.WebhookId);
  });

  test('becomes TooManyErrors at the ninth failed attempt in a row: one mail, a last error, and saving resumes it', async () => {
    receiver.answerWith({ status: 503, headers: { 'x-why': 'maintenance' }, body: 'closed' });
    const mails = mailbox.mails.length;
    const watcher = await startReceiver({ status: 200 });
    const webhook = await save();
    const id = webhook.WebhookId;
    const watching = await save({ TargetUrl: watcher.url, Events: [`webhook${id}.errors`, `webhook${id}.started`] });

    for (const round of [1, 2, 3]) {
      expect((await get(id)).State).toBe('Active');
      const event = { type: 'sale.lost', data: { PrimaryKey: round } };
      const { delays } = await followSchedule(pipeline, clock, { event, receiver });
      expect(delays).toEqual([1, 4]);
    }
    await waitUntil('the state shows', async () => (await get(id)).State === 'TooManyErrors');
    const all = await mailbox.waitFor(mails + 1);
    expect(all.slice(mails).map((mail) => mail.to)).toEqual([['sales-team@example.com']]);
    const lastError = (await call('POST', `${AGENT}/GetLastError`, { WebhookId: id })).body as string;
    expect(lastError).toMatch(/^HTTP\/1\.1 503/);
    expect(lastError).toContain('x-why: maintenance');
    expect(lastError.endsWith('\nclosed')).toBe(true);

    const [errors] = await watcher.waitFor(1);
    expect(errors?.headers['x-superoffice-event']).toBe(`webhook${id}.errors`);
    expect(JSON.parse(errors?.body ?? '')).toMatchObject({
      Event: 'webhook.errors',
      PrimaryKey: id,
      ChangedByAssociateId: 0,
      FieldValues: { state: 3 },
    });

    // Nothing comes while it is off, and nothing is lost.
    const before = receiver.requests.length;
    const held = await pipeline.client.events.publish({ type: 'sale.sold', data: { PrimaryKey: 4 } });
    expect((await pipeline.client.events.get(held.id)).deliveries[0]?.status).toBe('held');

    receiver.answerWith({ status: 200 });
    const resumed = await save({ ...webhook, TargetUrl: receiver.url, State: 'Active' });
    expect(resumed).toMatchObject({ WebhookId: id, State: 'Active' });
    await pipeline.client.events.publish({ type: 'sale.sold', data: { PrimaryKey: 5 } });
    const next = (await receiver.waitFor(before + 1))[before];
    expect(JSON.parse(next?.body ?? '')).toMatchObject({ PrimaryKey: 5 });
    expect((await watcher.waitFor(2))[1]?.headers['x-superoffice-event']).toBe(`webhook${id}.started`);
    expect(mailbox.mails).toHaveLength(mails + 1);
    await remove(id);
    await remove(watching.WebhookId);
    await watcher.close();
  });

  test('one success in between begins the count anew', async () => {
    const webhook = await save();
    for (const status of [500, 500, 200, 500]) {
      receiver.answerWith({ status });
      const event = { type: 'sale.sold', data: {} };
      const { delivery } = await followSchedule(pipeline, clock, { event, receiver });
      expect(delivery.attempts).toBe(status === 200 ? 1 : 3);
    }
    expect((await get(webhook.WebhookId)).State).toBe('Active');
    expect((await pipeline.client.webhooks.get(webhook.WebhookId)).consecutiveErrors).toBe(3);
    await remove(webhook.WebhookId);
  });

  test('is stopped at once by 410, with a mail', async () => {
    receiver.answerWith({ status: 410 });
    const mails = mailbox.mails.length;
    const webhook = await save({ ErrorsEmail: 'gone@example.com' });
    await pipeline.client.events.publish({ type: 'sale.sold', data: {} });
    await waitUntil('the state shows', async () => (await get(webhook.WebhookId)).State === 'Stopped');
    expect((await mailbox.waitFor(mails + 1)).at(-1)?.to).toEqual(['gone@example.com']);
    await remove(webhook.WebhookId);
  });

  test('SignalEvent publishes for every subscriber, and tells the names of the data only', async () => {
    receiver.answerWith({ status: 200 });
    const before = receiver.requests.length;
    const webhook = await save({ Events: ['button.clicked'] });
    const native = await pipeline.client.webhooks.create({
      name: 'native',
      events: ['button.*'],
      targetUrl: `${receiver.url}/native`,
    });
    const signalled = { EventName: 'button.clicked', PrimaryKey: 17, Data: { colour: 'red' } };
    expect((await call('POST', `${AGENT}/SignalEvent`, signalled)).status).toBe(204);
    const requests = (await receiver.waitFor(before + 2)).slice(before);
    const own = requests.find(({ path }) => path !== '/native');
    const other = requests.find(({ path }) => path === '/native');
    expect(JSON.parse(own?.body ?? '')).toMatchObject({
      Event: 'button.clicked',
      Entity: 'button',
      PrimaryKey: 17,
      Changes: ['colour'],
    });
    expect(own?.body).not.toContain('red');
    expect(JSON.parse(other?.body ?? '').data).toEqual({
      PrimaryKey: 17,
      Entity: 'button',
      Changes: ['colour'],
      Data: { colour: 'red' },
    });
    await remove(webhook.WebhookId);
    await pipeline.client.webhooks.delete(native.id);
  });

  test('of type crmscript is stored, and its deliveries say why they were discarded', async () => {
    const webhook = await save({ Type: 'crmscript', TargetUrl: 'MyScript', Events: ['sale.scripted'] });
    await pipeline.client.events.publish({ type: 'sale.scripted', data: {} });
    const lastError = await waitUntil('the last error is there', async () => {
      const { body } = await call('POST', `${AGENT}/GetLastError`, { WebhookId: webhook.WebhookId });
      return body === '' ? null : (body as string);
    });
    expect(lastError).toContain('nothing here runs webhooks of type crmscript');
    await remove(webhook.WebhookId);
  });
});
