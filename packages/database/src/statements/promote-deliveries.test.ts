import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  makeAccount,
  makeEvent,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { newId } from '../new-id.ts';
import { acceptEvents } from './accept-events.ts';
import {
  leaveSharedJob,
  promoteDeliveries,
  promoteManualRetries,
  releaseEverything,
  releaseToScheduler,
} from './promote-deliveries.ts';

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

const setUp = async (count: number): Promise<string[]> => {
  const account = await makeAccount(context.database);
  await makeWebhook(context.database, account);
  const events = Array.from({ length: count }, () => makeEvent(account));
  const outcomes = await acceptEvents(context.database, events, OPTIONS);
  return outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending.map(({ id }) => id) : []));
};

const promote = (limit = 1000) => promoteDeliveries(context.database, { limit, leaseSeconds: 60, shards: 1 });

describe('promoting deliveries', () => {
  test('what the queue has is left alone until its lease ends', async () => {
    await setUp(3);
    expect(await promote()).toEqual([]);
  });

  test('what is handed over is promoted once, with its attempts and how long it is still to wait', async () => {
    const ids = await setUp(2);
    await releaseToScheduler(context.database, ids);
    const promoted = await promote();
    expect(promoted.map((row) => row.id).toSorted()).toEqual(ids.toSorted());
    expect(promoted.every((row) => row.attempts === 0 && row.dueInMs <= 0)).toBe(true);
    expect(await promote()).toEqual([]);
  });

  test('what is handed over can be taken at once, every time', async () => {
    const ids = await setUp(1);
    const taken: string[][] = [];
    // The column rounds to milliseconds: rounded up, a look within the same one would pass it over.
    for (let n = 0; n < 50; n += 1) {
      await releaseToScheduler(context.database, ids);
      taken.push((await promote()).map(({ id }) => id));
    }
    expect(taken).toEqual(Array.from({ length: 50 }, () => ids));
  });

  test('says which job the first attempt shares, until the delivery leaves it or has been attempted', async () => {
    const ids = await setUp(3);
    const [left, attempted, sharing] = ids;
    expect(await leaveSharedJob(context.database, [left!])).toEqual([{ id: left, shard: 0 }]);
    await context.database.prisma.delivery.updateMany({ where: { id: attempted! }, data: { attempts: 1 } });
    await releaseToScheduler(context.database, ids);
    const jobs = new Map((await promote()).map(({ id, jobId }) => [id, jobId]));
    expect(jobs.get(left!)).toBeNull();
    expect(jobs.get(attempted!)).toBeNull();
    expect(jobs.get(sharing!)).toMatch(/^[0-9a-f-]{36}$/);
    await context.database.prisma.delivery.updateMany({ where: { id: sharing! }, data: { status: 'held' } });
    expect(await leaveSharedJob(context.database, [sharing!])).toEqual([]);
  });

  test('a hand-over before its time waits until it is due', async () => {
    const [id] = await setUp(1);
    const due = new Date(Date.now() + 3_600_000);
    await context.database.prisma.delivery.updateMany({ where: { id: id! }, data: { dueAt: due } });
    await releaseToScheduler(context.database, [id!]);
    expect(await promote()).toEqual([]);
  });

  test('replicas that promote at once take different rows and leave none', async () => {
    const ids = await setUp(500);
    await releaseToScheduler(context.database, ids);
    const taken = (await Promise.all(Array.from({ length: 10 }, () => promote(60)))).flat();
    const rest = await promote();
    expect([...taken, ...rest].map((row) => row.id).toSorted()).toEqual(ids.toSorted());
  });

  test('after the queue lost its memory all that was in it is promoted, and nothing from beyond the horizon', async () => {
    const ids = await setUp(4);
    const later = new Date(Date.now() + 7_200_000);
    await context.database.prisma.delivery.updateMany({
      where: { id: ids[0]! },
      data: { dueAt: later, wakeAt: later },
    });
    expect(await releaseEverything(context.database, { horizonSeconds: 600, shards: [0] })).toBeGreaterThanOrEqual(3);
    const promoted = (await promote()).map((row) => row.id);
    expect(promoted).toEqual(expect.arrayContaining(ids.slice(1)));
    expect(promoted).not.toContain(ids[0]);
  });

  test('shards that lost their memory are promoted, and no others', async () => {
    const ids = await setUp(6);
    await context.database.prisma.delivery.updateMany({ where: { id: { in: ids.slice(0, 2) } }, data: { shard: 5 } });
    await context.database.prisma.delivery.updateMany({ where: { id: { in: ids.slice(2, 4) } }, data: { shard: 6 } });
    await releaseEverything(context.database, { horizonSeconds: 600, shards: [5, 7] });
    const promoted = (await promote()).filter(({ id }) => ids.includes(id));
    expect(promoted.map(({ id }) => id).toSorted()).toEqual(ids.slice(0, 2).toSorted());
    expect(promoted.every(({ shard }) => shard === 5)).toBe(true);
  });

  test('a delivery keeps its shard, whatever the number of shards is now, and gets one when it has none', async () => {
    const ids = await setUp(2);
    const { webhookId } = await context.database.prisma.delivery.findFirstOrThrow({ where: { id: ids[0]! } });
    const setShard = (id: string, shard: number | null) =>
      context.database.prisma.delivery.updateMany({ where: { id }, data: { shard } });
    await Promise.all([setShard(ids[0]!, 61), setShard(ids[1]!, null)]);
    for (const shards of [7, 3]) {
      await releaseToScheduler(context.database, ids);
      const promoted = await promoteDeliveries(context.database, { limit: 1000, leaseSeconds: 60, shards });
      const shardOf = (id: string) => promoted.find((row) => row.id === id)?.shard;
      expect(ids.map(shardOf)).toEqual([61, webhookId % 7]);
    }
  });

  test('a manual retry goes to the shard of its delivery', async () => {
    const [id] = await setUp(1);
    const { accountId } = await context.database.prisma.delivery.findFirstOrThrow({ where: { id: id! } });
    await context.database.prisma.delivery.updateMany({ where: { id: id! }, data: { shard: 9 } });
    const retryId = newId();
    await context.database.prisma.manualRetry.create({
      data: { id: retryId, deliveryId: id!, accountId, wakeAt: new Date(Date.now() - 1000) },
    });
    const promoted = await promoteManualRetries(context.database, { limit: 1000, leaseSeconds: 60 });
    expect(promoted.filter((row) => row.id === retryId)).toEqual([{ id: retryId, deliveryId: id, shard: 9 }]);
  });

  test('a pending delivery without a time to be looked at cannot be stored', async () => {
    const [id] = await setUp(1);
    const forget = context.database.prisma.delivery.updateMany({ where: { id: id! }, data: { wakeAt: null } });
    await expect(forget).rejects.toThrow(/deliveries_pending_check/);
  });
});
