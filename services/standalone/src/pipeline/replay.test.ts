import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeliverySummary, DeliveryStatus, ReplayView, WebhookView } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let receiver: Receiver;

const IN_FLIGHT = 10;

beforeAll(async () => {
  receiver = await startReceiver();
  pipeline = await startTestPipeline({ REPLAY_MAX_IN_FLIGHT: String(IN_FLIGHT), REPLAY_PER_SECOND: '10000' });
});
afterAll(async () => {
  await pipeline.close();
  await receiver.close();
});
afterEach(async () => {
  receiver.answerWith({ status: 204 });
  for await (const webhook of pipeline.client.webhooks.listAll()) await pipeline.client.webhooks.delete(webhook.id);
});

const NO_RETRIES = { retry: { delaysSeconds: [], jitter: 0 } };
const activate = (id: number) => pipeline.client.webhooks.update(id, { state: 'Active' });
const makeWebhook = (values: object = {}) => pipeline.client.webhooks.create(webhookTo(receiver.url, values));

const deliveriesOf = async (webhookId: number): Promise<DeliverySummary[]> => {
  const all: DeliverySummary[] = [];
  for await (const delivery of pipeline.client.webhooks.deliveriesAll(webhookId)) all.push(delivery);
  return all.toReversed();
};
const statusesOf = async (webhookId: number) => (await deliveriesOf(webhookId)).map(({ status }) => status);
const settled = (webhookId: number, status: DeliveryStatus) =>
  waitUntil(`all are ${status}`, async () => (await statusesOf(webhookId)).every((own) => own === status));

const publish = (count: number, type = 'contact.created') =>
  Promise.all(Array.from({ length: count }, (_, id) => pipeline.client.events.publish({ ...contactEvent(id), type })));

/** A webhook that is Active, with so many held deliveries. */
const withHeld = async (count: number, values: object = {}): Promise<WebhookView> => {
  const webhook = await makeWebhook({ ...values, state: 'Stopped' });
  await publish(count);
  return activate(webhook.id);
};
const waitFor = (replay: ReplayView) =>
  pipeline.client.replays.waitFor(replay.id, { intervalMs: 50, signal: AbortSignal.timeout(25_000) });
const stateOf = (id: string, state: string) =>
  waitUntil(`the replay is ${state}`, async () => {
    const replay = await pipeline.client.replays.get(id);
    return replay.state === state ? replay : null;
  });

describe('a replay', () => {
  test('sends what was held as if it were fresh, each once, and tells how far it is', async () => {
    const webhook = await withHeld(30);
    const before = receiver.requests.length;
    const asked = await pipeline.client.webhooks.replay(webhook.id);
    expect(asked).toMatchObject({
      webhookId: webhook.id,
      state: 'pending',
      total: null,
      done: 0,
      finished: null,
      filter: { since: null, status: ['failed', 'held'], eventType: null },
    });
    const seen: ReplayView[] = [];
    const options = { intervalMs: 20, onProgress: (replay: ReplayView) => void seen.push(replay) };
    const done = await pipeline.client.replays.waitFor(asked.id, options);
    expect(done).toMatchObject({ state: 'done', total: 30, done: 30, succeeded: 30, failed: 0, skipped: 0 });
    expect(seen.map((replay) => replay.done)).toEqual(seen.map((replay) => replay.done).toSorted((a, b) => a - b));
    expect(receiver.requests).toHaveLength(before + 30);
    const sent = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(sent).size).toBe(30);
    const [first] = await deliveriesOf(webhook.id);
    const { attemptLog, ...delivery } = await pipeline.client.deliveries.get(first?.id ?? '');
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(attemptLog).toMatchObject([{ trigger: 'schedule', number: 1, outcome: 'succeeded' }]);
    const { items } = await pipeline.client.replays.list(webhook.id);
    expect(items).toEqual([done]);
    expect(await pipeline.database.prisma.manualRetry.count()).toBe(0);
  });

  test('of a held delivery that fails again leaves it to its schedule, where that had stopped', async () => {
    receiver.answerWith({ status: 500 });
    const webhook = await makeWebhook({ retry: { delaysSeconds: [0.2, 3600, 3600], jitter: 0 } });
    const before = receiver.requests.length;
    await publish(1);
    await receiver.waitFor(before + 1);
    await pipeline.client.webhooks.update(webhook.id, { state: 'Stopped' });
    await settled(webhook.id, 'held');
    await activate(webhook.id);
    const done = await waitFor(await pipeline.client.webhooks.replay(webhook.id));
    expect(done).toMatchObject({ state: 'done', done: 1, succeeded: 0, failed: 1, skipped: 0 });
    const [delivery] = await deliveriesOf(webhook.id);
    expect(delivery).toMatchObject({ status: 'pending', attempts: 2 });
    expect(Date.parse(delivery?.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  });

  test('gives one that failed, or succeeded, one attempt beside its schedule, and counts how it ended', async () => {
    receiver.answerWith({ status: 500 });
    const webhook = await makeWebhook(NO_RETRIES);
    await publish(3);
    await settled(webhook.id, 'failed');
    const again = await waitFor(await pipeline.client.webhooks.replay(webhook.id, { status: ['failed'] }));
    expect(again).toMatchObject({ total: 3, done: 3, succeeded: 0, failed: 3 });
    expect(await statusesOf(webhook.id)).toEqual(['failed', 'failed', 'failed']);
    expect((await pipeline.client.webhooks.get(webhook.id)).consecutiveErrors).toBe(6);

    receiver.answerWith({ status: 204 });
    expect(await waitFor(await pipeline.client.webhooks.replay(webhook.id))).toMatchObject({ succeeded: 3, failed: 0 });
    expect(await statusesOf(webhook.id)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(await waitFor(await pipeline.client.webhooks.replay(webhook.id))).toMatchObject({ total: 0, done: 0 });

    receiver.answerWith({ status: 500 });
    const more = await waitFor(await pipeline.client.webhooks.replay(webhook.id, { status: ['succeeded'] }));
    expect(more).toMatchObject({ total: 3, done: 3, failed: 3 });
    const [first] = await deliveriesOf(webhook.id);
    const { attemptLog, ...delivery } = await pipeline.client.deliveries.get(first?.id ?? '');
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(attemptLog.map(({ trigger }) => trigger)).toEqual(['schedule', 'manual', 'manual', 'manual']);
  });

  test('sends what its filter says and nothing else', async () => {
    const webhook = await withHeld(2, { events: ['*'] });
    await pipeline.client.webhooks.update(webhook.id, { state: 'Stopped' });
    await publish(1, 'sale.sold');
    await publish(1, 'contact.deleted');
    await activate(webhook.id);
    const [, , sold] = await deliveriesOf(webhook.id);
    const filter = { since: sold?.createdAt ?? '', status: ['held' as const], eventType: 'contact.*' };
    expect(await waitFor(await pipeline.client.webhooks.replay(webhook.id, filter))).toMatchObject({
      filter,
      total: 1,
      succeeded: 1,
    });
    expect(await statusesOf(webhook.id)).toEqual(['held', 'held', 'held', 'succeeded']);
  });

  test('that is cancelled sends no more than what is in flight', async () => {
    let release: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const webhook = await withHeld(60);
    const before = receiver.requests.length;
    receiver.answerWith(async () => {
      await later;
      return { status: 204 };
    });
    const { id } = await pipeline.client.webhooks.replay(webhook.id);
    await receiver.waitFor(before + IN_FLIGHT);
    const cancelled = await pipeline.client.replays.cancel(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', finished: expect.any(String) });
    expect(await pipeline.client.replays.cancel(id)).toEqual(cancelled);
    release();
    const last = await waitUntil('what was in flight is counted', async () => {
      const replay = await pipeline.client.replays.get(id);
      return replay.done === IN_FLIGHT ? replay : null;
    });
    expect(last).toMatchObject({ state: 'cancelled', total: 60, succeeded: IN_FLIGHT });
    // Another one begins at once and sends the rest: nothing of the first is still to come.
    await waitFor(await pipeline.client.webhooks.replay(webhook.id));
    expect(receiver.requests).toHaveLength(before + 60);
    expect(await statusesOf(webhook.id)).toEqual(Array.from({ length: 60 }, () => 'succeeded'));
  });

  test('does not hold up what is published meanwhile, also to its own webhook', async () => {
    let release: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const webhook = await withHeld(60, { events: ['contact.created', 'sale.sold'] });
    const other = await makeWebhook({ events: ['sale.sold'] });
    const before = receiver.requests.length;
    receiver.answerWith(async ({ body }) => {
      if (body.includes('contact.created')) await later;
      return { status: 204 };
    });
    const replay = await pipeline.client.webhooks.replay(webhook.id);
    await receiver.waitFor(before + IN_FLIGHT);
    await publish(40, 'sale.sold');
    const isLive = ({ body }: { body: string }) => body.includes('sale.sold');
    await waitUntil('all that is new has arrived', () => receiver.requests.filter(isLive).length === 2 * 40);
    await settled(other.id, 'succeeded');
    // Not one delivery of the replay has come through until here.
    expect(await pipeline.client.replays.get(replay.id)).toMatchObject({ state: 'running', done: 0 });
    expect(receiver.requests).toHaveLength(before + IN_FLIGHT + 2 * 40);
    release();
    expect(await waitFor(replay)).toMatchObject({ done: 60, succeeded: 60 });
  });

  test('whose webhook is switched off pauses, says so, and goes on where it was when it is Active again', async () => {
    const webhook = await withHeld(60, { tooManyErrors: { count: 5, forSeconds: 0 }, ...NO_RETRIES });
    const before = receiver.requests.length;
    receiver.answerWith({ status: 500 });
    const { id } = await pipeline.client.webhooks.replay(webhook.id);
    const paused = await stateOf(id, 'paused');
    expect(paused.stateReason).toBe('The webhook is TooManyErrors; the replay goes on when it is Active again.');
    expect(paused.done).toBeLessThan(60);
    expect((await pipeline.client.webhooks.get(webhook.id)).state).toBe('TooManyErrors');
    await expect(pipeline.client.webhooks.replay(webhook.id)).rejects.toMatchObject({ code: 'webhook_not_active' });

    receiver.answerWith({ status: 204 });
    await activate(webhook.id);
    const done = await waitFor(paused);
    expect(done).toMatchObject({ state: 'done', stateReason: null, total: 60, done: 60, skipped: 0 });
    const ids = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
    const statuses = await statusesOf(webhook.id);
    expect(statuses.filter((status) => status === 'succeeded')).toHaveLength(done.succeeded);
    expect(statuses.filter((status) => status === 'failed')).toHaveLength(done.failed);
    expect(statuses).not.toContain('held');
  });

  test('leaves alone what was delivered meanwhile, and says so', async () => {
    const webhook = await withHeld(5, { maxInFlight: 1 });
    const [first, , , , last] = await deliveriesOf(webhook.id);
    let release: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = receiver.requests.length;
    receiver.answerWith(async (_request, _response, nth) => {
      if (nth === before + 1) await later;
      return { status: 204 };
    });
    const replay = await pipeline.client.webhooks.replay(webhook.id);
    await receiver.waitFor(before + 1);
    // While the first one is on its way, the last one is marked as delivered.
    await pipeline.database.prisma.$executeRaw`
      UPDATE deliveries SET status = 'succeeded', settled_at = now() WHERE webhook_id = ${webhook.id} AND id = (
        SELECT id FROM deliveries WHERE webhook_id = ${webhook.id} ORDER BY id DESC LIMIT 1)`;
    release();
    expect(await waitFor(replay)).toMatchObject({ done: 4, succeeded: 4, skipped: 0, total: 4 });
    expect(first?.status).toBe('held');
    expect((await pipeline.client.deliveries.get(last?.id ?? '')).attemptLog).toEqual([]);
    expect(receiver.requests).toHaveLength(before + 4);
  });

  test('of a webhook that is deleted ends with it', async () => {
    receiver.answerWith(() => undefined);
    const webhook = await withHeld(30);
    const before = receiver.requests.length;
    const { id } = await pipeline.client.webhooks.replay(webhook.id);
    await receiver.waitFor(before + IN_FLIGHT);
    await pipeline.client.webhooks.delete(webhook.id);
    await expect(pipeline.client.replays.get(id)).rejects.toMatchObject({ code: 'not_found' });
    const other = await withHeld(3);
    receiver.answerWith({ status: 204 });
    expect(await waitFor(await pipeline.client.webhooks.replay(other.id))).toMatchObject({ succeeded: 3 });
    expect(receiver.requests).toHaveLength(before + IN_FLIGHT + 3);
  });
});
