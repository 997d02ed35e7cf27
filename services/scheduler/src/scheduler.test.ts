import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ensurePartitions, newId, requestReplay, OPERATOR } from '@posthorn/database';
import { waitUntil } from '@posthorn/testing';
import { startTestScheduler, type TestScheduler } from './testing/start-test-scheduler.ts';

let kit: TestScheduler;
beforeEach(async () => {
  kit = await startTestScheduler();
});
afterEach(() => kit.close());

const idsOf = () => kit.arrived.items.map(({ job }) => job.d).toSorted();

/** A delivery that is due last of all: when it has come, whatever was to come twice would have. */
const awaitLast = async () => {
  const before = kit.arrived.items.length;
  const [last] = await kit.accept(1);
  await kit.setTimes([last!], { dueIn: -1, wakeIn: -1 });
  await waitUntil('the last one has come', () => kit.arrived.items.slice(before).some(({ job }) => job.d === last));
  return last!;
};

describe('deliveries that are due', () => {
  test('are enqueued once each, with three schedulers at work', async () => {
    const ids = await kit.accept(400);
    await kit.setTimes(ids, { dueIn: -5, wakeIn: -1 });
    const stop = kit.schedule(3);
    await kit.arrived.waitFor(400);
    const last = await awaitLast();
    await stop();
    expect(idsOf()).toEqual([...ids, last].toSorted());
    const promoted = kit.logLines.items.filter((line) => line['message'] === 'deliveries.promoted');
    expect(promoted.reduce((sum, line) => sum + Number(line['deliveries']), 0)).toBe(401);
  });

  test('are looked at again only after their lease', async () => {
    const [id] = await kit.accept(1);
    await kit.setTimes([id!], { dueIn: -5, wakeIn: -1 });
    kit.schedule();
    await kit.arrived.waitFor(1);
    const { wakeAt } = await kit.database.prisma.delivery.findUniqueOrThrow({ where: { id: id! } });
    expect(wakeAt!.getTime() - Date.now()).toBeGreaterThan(50_000);
  });

  test('whose job the queue lost come again when the lease is over', async () => {
    const [id] = await kit.accept(1);
    await kit.setTimes([id!], { dueIn: -5, wakeIn: -1, attempts: 3 });
    kit.schedule();
    const [first] = await kit.arrived.waitFor(1);
    expect(first?.job).toEqual({ v: 1, d: id, n: 4 });
    // The row is pending still and its job is gone: as after a worker that died with it.
    await kit.setTimes([id!], { dueIn: -65, wakeIn: -1, attempts: 3 });
    const [, again] = await kit.arrived.waitFor(2);
    expect(again?.job).toEqual(first?.job);
  });
});

describe('a retry that is far away', () => {
  test('stays in its row, and when it comes within the horizon it is enqueued for its moment', async () => {
    const [far, near] = await kit.accept(2);
    await kit.setTimes([far!], { dueIn: 3600, wakeIn: 3000, attempts: 1 });
    const before = Date.now();
    await kit.setTimes([near!], { dueIn: 0.5, wakeIn: -1, attempts: 1 });
    kit.schedule();
    const [arrival] = await kit.arrived.waitFor(1);
    expect(arrival?.job).toEqual({ v: 1, d: near, n: 2 });
    // due_at is kept to the millisecond.
    expect(arrival!.atMs).toBeGreaterThanOrEqual(before + 498);
    await awaitLast();
    expect(idsOf()).not.toContain(far);
  });
});

describe('deliveries that are not pending', () => {
  test('are left alone, whatever their times were', async () => {
    const ids = await kit.accept(4);
    await kit.database.prisma.$executeRaw`
      UPDATE deliveries SET due_at = now(), wake_at = now() - interval '1 minute',
        status = (ARRAY['succeeded', 'failed', 'held', 'discarded'])[array_position(${ids}::uuid[], id)]`;
    kit.schedule();
    const last = await awaitLast();
    expect(idsOf()).toEqual([last]);
  });
});

describe('a manual retry', () => {
  test('that the queue lost comes again, until it is finished', async () => {
    const [id] = await kit.accept(1);
    const retryId = await kit.requestRetry(id!);
    kit.schedule();
    const [arrival] = await kit.arrived.waitFor(1);
    expect(arrival?.job).toEqual({ v: 1, d: id, n: 0, r: retryId });
    const { prisma } = kit.database;
    await prisma.manualRetry.update({ where: { id: retryId }, data: { wakeAt: new Date(0) } });
    await kit.arrived.waitFor(2);
    await prisma.manualRetry.update({ where: { id: retryId }, data: { wakeAt: new Date(0), finished: new Date() } });
    await awaitLast();
    expect(kit.arrived.items.filter(({ job }) => job.r === retryId)).toHaveLength(2);
  });
});

describe('keeping house', () => {
  test('makes the partitions of the coming days and removes the keys that have expired, with replicas at once', async () => {
    const { prisma } = kit.database;
    const key = (name: string, expires: Date) => ({
      accountId: kit.accountId,
      key: name,
      bodyHash: Buffer.alloc(32),
      eventId: '01980000-0000-7000-8000-000000000001',
      expires,
    });
    await prisma.idempotencyKey.createMany({
      data: [
        ...Array.from({ length: 5500 }, (_, nth) => key(`old-${nth}`, new Date(Date.now() - 1000))),
        key('still-good', new Date(Date.now() + 60_000)),
      ],
    });
    kit.schedule(3);
    const left = await waitUntil('all that expired is gone', async () => {
      const rows = await prisma.idempotencyKey.findMany({ select: { key: true } });
      return rows.length <= 1 ? rows : null;
    });
    expect(left).toEqual([{ key: 'still-good' }]);
    const days = [0, 1, 2].map((day) =>
      new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
    );
    const names = days.flatMap((day) => ['attempts', 'deliveries', 'events'].map((table) => `${table}_${day}`));
    await waitUntil('the partitions are there', async () => {
      const rows = await prisma.$queryRaw<{ name: string }[]>`
        SELECT inhrelid::regclass::text AS name FROM pg_inherits`;
      return names.every((name) => rows.some((row) => row.name === name));
    });
    // An event goes where it belongs.
    await kit.accept(1);
    const [row] = await prisma.$queryRaw<{ name: string }[]>`SELECT tableoid::regclass::text AS name FROM events`;
    expect(row?.name).toBe(names[2]);
    expect(kit.logLines.items.filter((line) => line['level'] === 'error')).toEqual([]);
  });

  test('drops what is past its retention, by one of the replicas', async () => {
    const { prisma } = kit.database;
    const dayMs = Date.now() - 40 * 86_400_000;
    await ensurePartitions(kit.database, { nowMs: dayMs, daysAhead: 0 });
    const time = dayMs.toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}${newId().slice(13)}`;
    await prisma.$executeRaw`
      INSERT INTO events (id, account_id, type, data, occurred_at) VALUES (${id}::uuid, ${kit.accountId}::int, 'a', '{}', now())`;
    kit.schedule(3);
    const of = (message: string) => kit.logLines.items.filter((line) => line['message'] === message);
    await waitUntil('the day is dropped', () => of('partitions.dropped').length > 0);
    await waitUntil('the event is gone', async () => (await prisma.event.count()) === 0);
    const day = new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '');
    expect(of('partitions.dropped')).toMatchObject([{ day, held: 0, moved: 0 }]);
    expect(await prisma.lease.count()).toBe(1);
  });
});

describe('a replay', () => {
  test('is walked through by the schedulers there are, each delivery once, behind the first attempts', async () => {
    const ids = await kit.accept(150);
    const { prisma } = kit.database;
    await prisma.delivery.updateMany({ data: { status: 'held', dueAt: null, wakeAt: null } });
    const [webhook] = await prisma.webhook.findMany();
    const filter = { since: null, until: new Date().toISOString(), status: ['held' as const], eventType: null };
    const input = { webhookId: webhook!.id, accountId: kit.accountId, filter, author: OPERATOR };
    await requestReplay(kit.database, input);
    kit.schedule(3);
    // As many as may be under way; the rest comes when these are over.
    await kit.arrived.waitFor(100);
    const finished = async () => {
      await prisma.manualRetry.updateMany({
        where: { finished: null },
        data: { finished: new Date(), succeeded: true },
      });
      return (await prisma.replay.findFirstOrThrow()).state === 'done';
    };
    await waitUntil('it is done', finished);
    await kit.arrived.waitFor(150);
    expect(idsOf()).toEqual(ids.toSorted());
    expect(kit.arrived.items.every(({ lane, job }) => lane === 'retry' && job.n === 0)).toBe(true);
    expect(await prisma.replay.findFirst()).toMatchObject({ total: 150, done: 150, succeeded: 150 });
  });
});
