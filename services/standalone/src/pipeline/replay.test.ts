import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReplayView } from '@posthorn/client';
import { startTestReplays, type TestReplays } from '../testing/start-test-replays.ts';

let kit: TestReplays;
beforeAll(async () => {
  kit = await startTestReplays();
});
afterAll(() => kit.close());
afterEach(() => kit.clear());

const NO_RETRIES = { retry: { delaysSeconds: [], jitter: 0 } };

describe('a replay', () => {
  test('sends what was held as if it were fresh, each once, and tells how far it is', async () => {
    const webhook = await kit.withHeld(30);
    const before = kit.receiver.requests.length;
    const asked = await kit.pipeline.client.webhooks.replay(webhook.id);
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
    const done = await kit.pipeline.client.replays.waitFor(asked.id, options);
    expect(done).toMatchObject({ state: 'done', total: 30, done: 30, succeeded: 30, failed: 0, skipped: 0 });
    expect(seen.map((replay) => replay.done)).toEqual(seen.map((replay) => replay.done).toSorted((a, b) => a - b));
    expect(kit.receiver.requests).toHaveLength(before + 30);
    const sent = kit.receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(sent).size).toBe(30);
    const [first] = await kit.deliveriesOf(webhook.id);
    const { attemptLog, ...delivery } = await kit.pipeline.client.deliveries.get(first?.id ?? '');
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(attemptLog).toMatchObject([{ trigger: 'schedule', number: 1, outcome: 'succeeded' }]);
    const { items } = await kit.pipeline.client.replays.list(webhook.id);
    expect(items).toEqual([done]);
    expect(await kit.pipeline.database.prisma.manualRetry.count()).toBe(0);
  });

  test('of a held delivery that fails again leaves it to its schedule, where that had stopped', async () => {
    kit.receiver.answerWith({ status: 500 });
    const webhook = await kit.makeWebhook({ retry: { delaysSeconds: [0.2, 3600, 3600], jitter: 0 } });
    const before = kit.receiver.requests.length;
    await kit.publish(1);
    await kit.receiver.waitFor(before + 1);
    await kit.pipeline.client.webhooks.update(webhook.id, { state: 'Stopped' });
    await kit.settled(webhook.id, 'held');
    await kit.activate(webhook.id);
    const done = await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id));
    expect(done).toMatchObject({ state: 'done', done: 1, succeeded: 0, failed: 1, skipped: 0 });
    const [delivery] = await kit.deliveriesOf(webhook.id);
    expect(delivery).toMatchObject({ status: 'pending', attempts: 2 });
    expect(Date.parse(delivery?.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  });

  test('gives one that failed, or succeeded, one attempt beside its schedule, and counts how it ended', async () => {
    kit.receiver.answerWith({ status: 500 });
    const webhook = await kit.makeWebhook(NO_RETRIES);
    await kit.publish(3);
    await kit.settled(webhook.id, 'failed');
    const again = await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id, { status: ['failed'] }));
    expect(again).toMatchObject({ total: 3, done: 3, succeeded: 0, failed: 3 });
    expect(await kit.statusesOf(webhook.id)).toEqual(['failed', 'failed', 'failed']);
    expect((await kit.pipeline.client.webhooks.get(webhook.id)).consecutiveErrors).toBe(6);

    kit.receiver.answerWith({ status: 204 });
    expect(await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id))).toMatchObject({
      succeeded: 3,
      failed: 0,
    });
    expect(await kit.statusesOf(webhook.id)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id))).toMatchObject({
      total: 0,
      done: 0,
    });

    kit.receiver.answerWith({ status: 500 });
    const more = await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id, { status: ['succeeded'] }));
    expect(more).toMatchObject({ total: 3, done: 3, failed: 3 });
    const [first] = await kit.deliveriesOf(webhook.id);
    const { attemptLog, ...delivery } = await kit.pipeline.client.deliveries.get(first?.id ?? '');
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(attemptLog.map(({ trigger }) => trigger)).toEqual(['schedule', 'manual', 'manual', 'manual']);
  });

  test('sends what its filter says and nothing else', async () => {
    const webhook = await kit.withHeld(2, { events: ['*'] });
    await kit.pipeline.client.webhooks.update(webhook.id, { state: 'Stopped' });
    await kit.publish(1, 'sale.sold');
    await kit.publish(1, 'contact.deleted');
    await kit.activate(webhook.id);
    const [, , sold] = await kit.deliveriesOf(webhook.id);
    const filter = { since: sold?.createdAt ?? '', status: ['held' as const], eventType: 'contact.*' };
    expect(await kit.waitFor(await kit.pipeline.client.webhooks.replay(webhook.id, filter))).toMatchObject({
      filter,
      total: 1,
      succeeded: 1,
    });
    expect(await kit.statusesOf(webhook.id)).toEqual(['held', 'held', 'held', 'succeeded']);
  });
});
