import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Mailbox, type Receiver, startMailbox, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let mailbox: Mailbox;
let receiver: Receiver;

beforeAll(async () => {
  mailbox = await startMailbox();
  receiver = await startReceiver({ status: 500 });
  pipeline = await startTestPipeline({ SMTP_URL: mailbox.url });
});
afterAll(async () => {
  await pipeline.close();
  await receiver.close();
  await mailbox.close();
});

const statuses = async (webhookId: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for await (const delivery of pipeline.client.webhooks.deliveriesAll(webhookId)) {
    counts[delivery.status] = (counts[delivery.status] ?? 0) + 1;
  }
  return counts;
};

const publish = async (count: number) => {
  const published = await Promise.all(
    Array.from({ length: count }, (_, id) => pipeline.client.events.publish(contactEvent(id))),
  );
  return published.map((event) => event.id);
};

const stateOf = (id: number, state: string) =>
  waitUntil(`webhook ${id} is ${state}`, async () => {
    const webhook = await pipeline.client.webhooks.get(id);
    return webhook.state === state ? webhook : null;
  });

describe('a webhook that fails', () => {
  test('is switched off once, owes one mail, holds what comes, and goes on when a person says so', async () => {
    receiver.answerWith({ status: 500, body: 'broken' });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, {
        name: 'Ops',
        errorsEmail: 'ops@example.com',
        tooManyErrors: { count: 5, forSeconds: 0 },
        retry: { delaysSeconds: [0.02, 0.02, 3600], jitter: 0 },
      }),
    );
    await publish(3);
    const off = await stateOf(webhook.id, 'TooManyErrors');
    expect(off.stateReason).toMatch(/^\d+ attempts in a row failed since /);
    expect(off.lastError).toMatchObject({ code: 'http_status', status: 500, body: 'broken' });

    const [mail] = await mailbox.waitFor(1);
    expect(mail?.to).toEqual(['ops@example.com']);
    expect(mail?.message.subject).toContain('Ops');

    await publish(4);
    await waitUntil('what comes meanwhile is held', async () => ((await statuses(webhook.id))['held'] ?? 0) >= 4);
    const before = receiver.requests.length;

    receiver.answerWith({ status: 204 });
    const active = await pipeline.client.webhooks.update(webhook.id, { state: 'Active' });
    expect(active).toMatchObject({ state: 'Active', stateReason: null, consecutiveErrors: 0, failingSince: null });
    const [eventId] = await publish(1);
    await receiver.waitFor(before + 1);
    await waitUntil('the new event is delivered', async () => {
      const event = await pipeline.client.events.get(eventId ?? '');
      return event.deliveries[0]?.status === 'succeeded';
    });
    expect((await statuses(webhook.id))['held']).toBeGreaterThanOrEqual(4);
    expect(mailbox.mails).toHaveLength(1);
    await pipeline.client.webhooks.delete(webhook.id);
  });

  test('a second episode owes a second mail', async () => {
    receiver.answerWith({ status: 500 });
    const mails = mailbox.mails.length;
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, {
        errorsEmail: 'again@example.com',
        tooManyErrors: { count: 1, forSeconds: 0 },
        retry: { delaysSeconds: [], jitter: 0 },
      }),
    );
    for (const episode of [1, 2]) {
      await publish(1);
      await stateOf(webhook.id, 'TooManyErrors');
      await mailbox.waitFor(mails + episode);
      await pipeline.client.webhooks.update(webhook.id, { state: 'Active' });
    }
    expect(mailbox.mails.slice(mails).map((mail) => mail.to[0])).toEqual(['again@example.com', 'again@example.com']);
    await pipeline.client.webhooks.delete(webhook.id);
  });

  test('a window keeps a burst of failures from switching it off', async () => {
    receiver.answerWith({ status: 500 });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, {
        tooManyErrors: { count: 2, forSeconds: 3600 },
        retry: { delaysSeconds: [], jitter: 0 },
      }),
    );
    await publish(10);
    const failing = await waitUntil('ten failures are counted', async () => {
      const now = await pipeline.client.webhooks.get(webhook.id);
      return now.consecutiveErrors === 10 ? now : null;
    });
    expect(failing.state).toBe('Active');
    await pipeline.client.webhooks.delete(webhook.id);
  });
});

describe('a manual retry', () => {
  test('sends a delivery that failed, beside the schedule, and counts as what it is', async () => {
    receiver.answerWith({ status: 500 });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { retry: { delaysSeconds: [3600], jitter: 0 } }),
    );
    const [eventId] = await publish(1);
    const delivery = await waitUntil('the first attempt failed', async () => {
      const [own] = (await pipeline.client.events.get(eventId ?? '')).deliveries;
      return own?.attempts === 1 ? own : null;
    });
    await pipeline.client.deliveries.retry(delivery.id);
    const failed = await waitUntil('the manual attempt failed too', async () => {
      const now = await pipeline.client.deliveries.get(delivery.id);
      return now.attemptLog.length === 2 ? now : null;
    });
    expect(failed).toMatchObject({ status: 'pending', attempts: 1, nextAttemptAt: delivery.nextAttemptAt });
    expect(failed.attemptLog[1]).toMatchObject({ trigger: 'manual', number: null, outcome: 'failed' });

    receiver.answerWith({ status: 204 });
    await pipeline.client.deliveries.retry(delivery.id);
    const done = await waitUntil('it is delivered', async () => {
      const now = await pipeline.client.deliveries.get(delivery.id);
      return now.status === 'succeeded' ? now : null;
    });
    expect(done.attemptLog).toHaveLength(3);
    await pipeline.client.webhooks.delete(webhook.id);
  });

  test('sends what was held, once the webhook is Active again, and is refused before', async () => {
    receiver.answerWith({ status: 204 });
    const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url, { state: 'Stopped' }));
    const [eventId] = await publish(1);
    const [delivery] = (await pipeline.client.events.get(eventId ?? '')).deliveries;
    expect(delivery?.status).toBe('held');
    await expect(pipeline.client.deliveries.retry(delivery?.id ?? '')).rejects.toMatchObject({
      code: 'webhook_not_active',
    });
    await pipeline.client.webhooks.update(webhook.id, { state: 'Active' });
    await pipeline.client.deliveries.retry(delivery?.id ?? '');
    await waitUntil('it is delivered', async () => (await statuses(webhook.id))['succeeded'] === 1);
    await pipeline.client.webhooks.delete(webhook.id);
  });
});

describe('a webhook that changes under its deliveries', () => {
  test('the next attempt goes where the webhook points now, signed with the secret it has now', async () => {
    const other = await startReceiver();
    receiver.answerWith({ status: 500 });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { retry: { delaysSeconds: [0.3], jitter: 0 } }),
    );
    const before = receiver.requests.length;
    await publish(1);
    await receiver.waitFor(before + 1);
    await pipeline.client.webhooks.update(webhook.id, { targetUrl: other.url });
    await other.waitFor(1);
    await pipeline.client.webhooks.delete(webhook.id);
    await other.close();
  });

  test('what is still pending when it is stopped is held, not lost', async () => {
    receiver.answerWith({ status: 500 });
    const webhook = await pipeline.client.webhooks.create(
      webhookTo(receiver.url, { retry: { delaysSeconds: [0.2], jitter: 0 } }),
    );
    const before = receiver.requests.length;
    await publish(1);
    await receiver.waitFor(before + 1);
    await pipeline.client.webhooks.update(webhook.id, { state: 'Stopped' });
    await waitUntil('it is held', async () => (await statuses(webhook.id))['held'] === 1);
    await pipeline.client.webhooks.delete(webhook.id);
  });

  test('a type that nothing here runs is discarded, and says so in the log', async () => {
    const webhook = await pipeline.client.webhooks.create(webhookTo('some script', { type: 'crmscript' }));
    await publish(1);
    await waitUntil('it is discarded', async () => (await statuses(webhook.id))['discarded'] === 1);
    expect(pipeline.logLines()).toContainEqual(
      expect.objectContaining({
        message: 'delivery.discarded',
        webhookId: webhook.id,
        reason: expect.stringContaining('crmscript'),
      }),
    );
    await pipeline.client.webhooks.delete(webhook.id);
  });
});
