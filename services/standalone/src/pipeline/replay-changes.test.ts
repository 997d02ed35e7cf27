import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { IN_FLIGHT, startTestReplays, type TestReplays } from '../testing/start-test-replays.ts';

let kit: TestReplays;
beforeAll(async () => {
  kit = await startTestReplays();
});
afterAll(() => kit.close());
afterEach(() => kit.clear());

const NO_RETRIES = { retry: { delaysSeconds: [], jitter: 0 } };

const stateOf = (id: string, state: string) =>
  waitUntil(`the replay is ${state}`, async () => {
    const replay = await kit.pipeline.client.replays.get(id);
    return replay.state === state ? replay : null;
  });

describe('a replay', () => {
  test('that is cancelled sends no more than what is in flight', async () => {
    let release: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const webhook = await kit.withHeld(60);
    const before = kit.receiver.requests.length;
    kit.receiver.answerWith(async () => {
      await later;
      return { status: 204 };
    });
    const { id } = await kit.pipeline.client.webhooks.replay(webhook.id);
    await kit.receiver.waitFor(before + IN_FLIGHT);
    const cancelled = await kit.pipeline.client.replays.cancel(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', finished: expect.any(String) });
    expect(await kit.pipeline.client.replays.cancel(id)).toEqual(cancelled);
    release();
    const last = await waitUntil('what was in flight is counted', async () => {
      const replay = await kit.pipeline.client.replays.get(id);
      return replay.done === IN_FLIGHT ? replay : null;
    });
    expect(last).toMatchObject({ state: 'cancelled', total: 60, succeeded: IN_FLIGHT });
    // Another one begins at once and sends the rest: nothing of the first is still to come.
    await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id));
    expect(kit.receiver.requests).toHaveLength(before + 60);
    expect(await kit.statusesOf(webhook.id)).toEqual(Array.from({ length: 60 }, () => 'succeeded'));
  });

  test('does not hold up what is published meanwhile, also to its own webhook', async () => {
    let release: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const webhook = await kit.withHeld(60, { events: ['contact.created', 'sale.sold'] });
    const other = await kit.makeWebhook({ events: ['sale.sold'] });
    const before = kit.receiver.requests.length;
    kit.receiver.answerWith(async ({ body }) => {
      if (body.includes('contact.created')) await later;
      return { status: 204 };
    });
    const replay = await kit.pipeline.client.webhooks.replay(webhook.id);
    await kit.receiver.waitFor(before + IN_FLIGHT);
    await kit.publish(40, 'sale.sold');
    const isLive = ({ body }: { body: string }) => body.includes('sale.sold');
    await waitUntil('all that is new has arrived', () => kit.receiver.requests.filter(isLive).length === 2 * 40);
    await kit.settled(other.id, 'succeeded');
    // Not one delivery of the replay has come through until here.
    expect(await kit.pipeline.client.replays.get(replay.id)).toMatchObject({ state: 'running', done: 0 });
    expect(kit.receiver.requests).toHaveLength(before + IN_FLIGHT + 2 * 40);
    release();
    expect(await kit.waitFor(replay)).toMatchObject({ done: 60, succeeded: 60 });
  });

  test('whose webhook is switched off pauses, says so, and goes on where it was when it is Active again', async () => {
    const webhook = await kit.withHeld(60, { tooManyErrors: { count: 5, forSeconds: 0 }, ...NO_RETRIES });
    const before = kit.receiver.requests.length;
    kit.receiver.answerWith({ status: 500 });
    const { id } = await kit.pipeline.client.webhooks.replay(webhook.id);
    const paused = await stateOf(id, 'paused');
    expect(paused.stateReason).toBe('The webhook is TooManyErrors; the replay goes on when it is Active again.');
    expect(paused.done).toBeLessThan(60);
    expect((await kit.pipeline.client.webhooks.get(webhook.id)).state).toBe('TooManyErrors');
    await expect(kit.pipeline.client.webhooks.replay(webhook.id)).rejects.toMatchObject({ code: 'webhook_not_active' });

    kit.receiver.answerWith({ status: 204 });
    await kit.activate(webhook.id);
    const done = await kit.waitFor(paused);
    expect(done).toMatchObject({ state: 'done', stateReason: null, total: 60, done: 60, skipped: 0 });
    const ids = kit.receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
    const statuses = await kit.statusesOf(webhook.id);
    expect(statuses.filter((status) => status === 'succeeded')).toHaveLength(done.succeeded);
    expect(statuses.filter((status) => status === 'failed')).toHaveLength(done.failed);
    expect(statuses).not.toContain('held');
  });

  test('leaves alone what was delivered meanwhile, and says so', async () => {
    const webhook = await kit.withHeld(5, { maxInFlight: 1 });
    const [first, , , , last] = await kit.deliveriesOf(webhook.id);
    let release: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = kit.receiver.requests.length;
    kit.receiver.answerWith(async (_request, _response, nth) => {
      if (nth === before + 1) await later;
      return { status: 204 };
    });
    const replay = await kit.pipeline.client.webhooks.replay(webhook.id);
    await kit.receiver.waitFor(before + 1);
    // While the first one is on its way, the last one is marked as delivered.
    await kit.pipeline.database.prisma.$executeRaw`
      UPDATE deliveries SET status = 'succeeded', settled_at = now() WHERE webhook_id = ${webhook.id} AND id = (
        SELECT id FROM deliveries WHERE webhook_id = ${webhook.id} ORDER BY id DESC LIMIT 1)`;
    release();
    expect(await kit.waitFor(replay)).toMatchObject({ done: 4, succeeded: 4, skipped: 0, total: 4 });
    expect(first?.status).toBe('held');
    expect((await kit.pipeline.client.deliveries.get(last?.id ?? '')).attemptLog).toEqual([]);
    expect(kit.receiver.requests).toHaveLength(before + 4);
  });

  test('of a webhook that is deleted ends with it', async () => {
    kit.receiver.answerWith(() => undefined);
    const webhook = await kit.withHeld(30);
    const before = kit.receiver.requests.length;
    const { id } = await kit.pipeline.client.webhooks.replay(webhook.id);
    await kit.receiver.waitFor(before + IN_FLIGHT);
    await kit.pipeline.client.webhooks.delete(webhook.id);
    await expect(kit.pipeline.client.replays.get(id)).rejects.toMatchObject({ code: 'not_found' });
    const other = await kit.withHeld(3);
    kit.receiver.answerWith({ status: 204 });
    expect(await kit.waitFor(await kit.pipeline.client.webhooks.replay(other.id))).toMatchObject({ succeeded: 3 });
    expect(kit.receiver.requests).toHaveLength(before + IN_FLIGHT + 3);
  });
});
