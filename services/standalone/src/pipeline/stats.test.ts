import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StatsCounts, StreamItem } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
const receivers: Receiver[] = [];

beforeAll(async () => {
  pipeline = await startTestPipeline();
});
afterAll(async () => {
  await pipeline.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

/** What the rows say. */
const countRows = async (webhookId: number): Promise<StatsCounts> => {
  const { prisma } = pipeline.database;
  const deliveries = await prisma.delivery.findMany({ where: { webhookId }, select: { id: true } });
  const attempts = await prisma.attempt.findMany({
    where: { deliveryId: { in: deliveries.map(({ id }) => id) } },
    select: { succeeded: true, number: true },
  });
  return {
    accepted: deliveries.length,
    succeeded: attempts.filter(({ succeeded }) => succeeded).length,
    failed: attempts.filter(({ succeeded }) => !succeeded).length,
    retried: attempts.filter(({ number }) => number !== 1).length,
  };
};

const noneLeft = async (): Promise<boolean> =>
  (await pipeline.database.prisma.delivery.count({ where: { status: 'pending' } })) === 0 &&
  (await pipeline.database.prisma.manualRetry.count({ where: { finished: null } })) === 0;

describe('statistics of the whole pipeline', () => {
  test('are the count of the rows, and the stream has told of each attempt', async () => {
    const { client } = pipeline;
    const answers = { good: 204, flaky: 500, bad: 500 };
    const webhooks = await Promise.all(
      Object.entries(answers).map(async ([name, status]) => {
        const seen = new Map<string, number>();
        const receiver = await startReceiver(({ headers }) => {
          const id = String(headers['webhook-id']);
          seen.set(id, (seen.get(id) ?? 0) + 1);
          return { status: name === 'flaky' && seen.get(id) === 2 ? 204 : status };
        });
        receivers.push(receiver);
        const retry = { delaysSeconds: [0.05, 0.05], jitter: 0 };
        return client.webhooks.create(webhookTo(receiver.url, { name, retry }));
      }),
    );
    const stopped = await client.webhooks.create(webhookTo(receivers[0]!.url, { name: 'stopped', state: 'Stopped' }));

    const items: StreamItem[] = [];
    const leaving = new AbortController();
    const following = (async () => {
      for await (const item of client.stream({}, { signal: leaving.signal })) items.push(item);
    })();
    following.catch(() => {});
    // Once it tells of a state it is open.
    let looks = 0;
    const toggle = async (): Promise<boolean> => {
      looks += 1;
      await client.webhooks.update(stopped.id, { state: looks % 2 === 0 ? 'Stopped' : 'Active' });
      return items.length > 0;
    };
    await waitUntil('the stream is open', toggle, { intervalMs: 700 });
    await client.webhooks.update(stopped.id, { state: 'Stopped' });

    // Ten of them are published twice, and count once.
    const events = Array.from({ length: 40 }, (_, n) => ({
      ...contactEvent(n % 30),
      idempotencyKey: `stats-${n % 30}`,
    }));
    await Promise.all(events.map((event) => client.events.publish(event)));
    await waitUntil('all is delivered', noneLeft);
    const [failed] = (await client.webhooks.deliveries(webhooks[2]!.id, { status: 'failed', limit: 1 })).items;
    await client.deliveries.retry(failed?.id ?? '');
    await waitUntil('the retry is over', noneLeft);

    for (const { id } of [...webhooks, stopped]) {
      const { totals } = await client.stats.read({ webhookId: id });
      expect([id, totals]).toMatchObject([id, await countRows(id)]);
    }
    const { totals } = await client.stats.read();
    expect(totals).toMatchObject({ accepted: 120, succeeded: 60, failed: 30 + 90 + 1, retried: 30 + 60 + 1 });
    expect(totals.latencyMs?.p50).toBeLessThan(5000);
    const { items: ranked } = await client.stats.webhooks();
    expect(ranked.map(({ name, failed: count }) => [name, count])).toEqual([
      ['bad', 91],
      ['flaky', 30],
      ['good', 0],
      ['stopped', 0],
    ]);

    const attempts = () => items.filter(({ type }) => type === 'attempt').length;
    const skipped = () => items.reduce((sum, item) => sum + (item.type === 'skipped' ? item.data.attempts : 0), 0);
    await waitUntil('the stream has told of all', () => attempts() + skipped() === 181);
    leaving.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
  }, 60_000);
});
