import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { uuidFloor } from '@posthorn/domain';
import { waitUntil } from '@posthorn/testing';
import pg from 'pg';
import { listAttempts } from '../deliveries/find-delivery.ts';
import { newId } from '../new-id.ts';
import { acceptEvents } from '../statements/accept-events.ts';
import { loadDeliveries } from '../statements/load-deliveries.ts';
import { recordAttempts } from '../statements/record-attempts.ts';
import {
  makeAccount,
  makeEvent,
  makeRecord,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { ensurePartitions } from './ensure-partitions.ts';
import { DAY_MS, listPartitions, startOfDay } from './partition-names.ts';
import { retirePartitions } from './retire-partitions.ts';

const RETENTION_DAYS = 30;
const today = startOfDay(Date.now());
const dayAt = (daysAgo: number): number => today - daysAgo * DAY_MS;
const stampOf = (daysAgo: number): string => new Date(dayAt(daysAgo)).toISOString().slice(0, 10).replaceAll('-', '');

let context: TestContext;
let accountId: number;
let webhookId: number;
beforeEach(async () => {
  context = await openTestContext();
  accountId = await makeAccount(context.database);
  webhookId = await makeWebhook(context.database, accountId);
});
afterEach(() => context.close());

const makeDay = (daysAgo: number) => ensurePartitions(context.database, { nowMs: dayAt(daysAgo), daysAhead: 0 });
const idAt = (timeMs: number): string => `${uuidFloor(timeMs).slice(0, 14)}${newId().slice(14)}`;

/** Stores an event of that day with its delivery, and an attempt of it on the day after. */
const store = async (
  daysAgo: number,
  status: string,
): Promise<{ deliveryId: string; eventId: string; attemptId: string }> => {
  const { database } = context;
  const timeMs = dayAt(daysAgo) + 3_600_000;
  const event = makeEvent(accountId, { id: idAt(timeMs) });
  const [outcome] = await acceptEvents(database, [event], OPTIONS);
  const deliveryId = outcome?.kind === 'accepted' ? outcome.pending[0]!.id : '';
  const record = makeRecord(
    { deliveryId, webhookId },
    { id: idAt(timeMs + DAY_MS), startedAt: new Date(timeMs + DAY_MS) },
  );
  await recordAttempts(database, [record], OPTIONS);
  if (status !== 'pending') {
    await database.prisma.delivery.updateMany({
      where: { id: deliveryId },
      data: { status, dueAt: null, wakeAt: null },
    });
  }
  return { deliveryId, eventId: event.id, attemptId: record.id };
};

const retire = () => retirePartitions(context.database, { nowMs: Date.now(), retentionDays: RETENTION_DAYS });
const counts = async () => {
  const { event, delivery, attempt } = context.database.prisma;
  return [await event.count(), await delivery.count(), await attempt.count()];
};
const placesOf = async (ids: { deliveryId: string; eventId: string; attemptId: string }) =>
  (
    await context.database.prisma.$queryRawUnsafe<{ place: string }[]>(
      `SELECT tableoid::regclass::text AS place FROM events WHERE id = '${ids.eventId}'
       UNION ALL SELECT tableoid::regclass::text FROM deliveries WHERE id = '${ids.deliveryId}'
       UNION ALL SELECT tableoid::regclass::text FROM attempts WHERE id = '${ids.attemptId}'`,
    )
  ).map(({ place }) => place);

describe('days past their retention', () => {
  test('are dropped whole, the others stay, and a second run has nothing to do', async () => {
    for (const daysAgo of [32, 31, 30, 29]) await makeDay(daysAgo);
    await store(32, 'succeeded');
    await store(32, 'held');
    await store(31, 'failed');
    const kept = [await store(30, 'succeeded'), await store(29, 'failed')];
    expect(await retire()).toEqual([
      { kind: 'dropped', day: stampOf(32), held: 1, moved: 0 },
      { kind: 'dropped', day: stampOf(31), held: 0, moved: 0 },
    ]);
    // An attempt goes with its own day, which may be a later one than that of its delivery.
    expect(await counts()).toEqual([2, 2, 3]);
    for (const ids of kept) expect(await placesOf(ids)).toHaveLength(3);
    const names = [...(await listPartitions(context.database)).values()].flat();
    expect(names.filter((name) => name.endsWith(stampOf(31)) || name.endsWith(stampOf(32)))).toEqual([]);
    expect(names).toContain(`events_${stampOf(30)}`);
    const left = await context.database.prisma.$queryRaw`SELECT relname FROM pg_class WHERE relname LIKE 'retired%'`;
    expect(left).toEqual([]);
    expect(await retire()).toEqual([]);
  });

  test('leave what is still pending, with its event, and it goes on', async () => {
    for (const daysAgo of [40, 39]) await makeDay(daysAgo);
    await store(40, 'succeeded');
    const ids = await store(40, 'pending');
    expect(await placesOf(ids)).toEqual([
      `events_${stampOf(40)}`,
      `deliveries_${stampOf(40)}`,
      `attempts_${stampOf(39)}`,
    ]);
    expect(await retire()).toEqual([
      { kind: 'dropped', day: stampOf(40), held: 0, moved: 1 },
      { kind: 'dropped', day: stampOf(39), held: 0, moved: 0 },
    ]);
    expect(await counts()).toEqual([1, 1, 0]);
    expect(await placesOf(ids)).toEqual(['events_default', 'deliveries_default']);
    const loaded = (await loadDeliveries(context.database, [ids.deliveryId])).get(ids.deliveryId);
    expect(loaded).toMatchObject({ status: 'pending', attempts: 1, event: { id: ids.eventId, data: '{"id":1}' } });
    const next = makeRecord({ deliveryId: ids.deliveryId, webhookId }, { number: 2, succeeded: true });
    expect(await recordAttempts(context.database, [next], OPTIONS)).toEqual([{ applied: true, switched: null }]);
    expect(await listAttempts(context.database, ids.deliveryId)).toMatchObject([{ number: 2 }]);
  });

  test('of which too much is pending stay, and others go', async () => {
    for (const daysAgo of [41, 40, 39]) await makeDay(daysAgo);
    await store(41, 'succeeded');
    await store(39, 'succeeded');
    const prefix = uuidFloor(dayAt(40)).slice(0, 14);
    await context.database.prisma.$executeRawUnsafe(`
      INSERT INTO deliveries (id, event_id, account_id, webhook_id, status, due_at, wake_at)
      SELECT ('${prefix}7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, gen_random_uuid(), ${accountId}, ${webhookId}, 'pending', now(), now()
      FROM generate_series(1, 5001) i`);
    expect(await retire()).toEqual([
      { kind: 'dropped', day: stampOf(41), held: 0, moved: 0 },
      { kind: 'kept', day: stampOf(40), pending: 5001 },
      { kind: 'dropped', day: stampOf(39), held: 0, moved: 0 },
    ]);
    expect(await context.database.prisma.delivery.count()).toBe(5001);
  });

  test('by two at once are dropped once, and nobody fails', async () => {
    await makeDay(35);
    await store(35, 'pending');
    await Promise.all([retire(), retire(), retire()]);
    expect(await counts()).toEqual([1, 1, 1]);
  });

  test('of a run that ended half way are finished by the next one', async () => {
    await makeDay(35);
    await store(35, 'succeeded');
    await context.database.prisma.$executeRawUnsafe(
      `ALTER TABLE deliveries DETACH PARTITION deliveries_${stampOf(35)}`,
    );
    const name = `retired_deliveries_${stampOf(35)}`;
    await context.database.prisma.$executeRawUnsafe(`ALTER TABLE deliveries_${stampOf(35)} RENAME TO ${name}`);
    expect(await retire()).toEqual([{ kind: 'dropped', day: stampOf(35), held: 0, moved: 0 }]);
    // Its attempt is of the day after, which has no partition: the default one has it until it is removed.
    expect(await counts()).toEqual([0, 0, 1]);
    const left = await context.database.prisma.$queryRaw`SELECT relname FROM pg_class WHERE relname LIKE 'retired%'`;
    expect(left).toEqual([]);
  });
});

describe('while somebody reads for long', () => {
  test('nothing is dropped, nobody waits, and it is done when the reader is done', async () => {
    await makeDay(35);
    await store(35, 'succeeded');
    const reader = new pg.Client({ connectionString: context.url });
    await reader.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT count(*) FROM deliveries');
      let longestMs = 0;
      let over = false;
      const live = (async () => {
        while (!over) {
          const startedAt = performance.now();
          await acceptEvents(context.database, [makeEvent(accountId)], OPTIONS);
          longestMs = Math.max(longestMs, performance.now() - startedAt);
        }
      })();
      expect(await retire()).toEqual([{ kind: 'busy', day: stampOf(35), table: 'deliveries' }]);
      expect(await ensurePartitions(context.database, { nowMs: dayAt(20), daysAhead: 0 })).toEqual({
        made: [`events_${stampOf(20)}`, `attempts_${stampOf(20)}`],
        busy: [`deliveries_${stampOf(20)}`],
      });
      over = true;
      await live;
      // It waited for no lock that the reader has: that would have been for as long as the reader reads.
      expect(longestMs).toBeLessThan(5000);
    } finally {
      await reader.end();
    }
    await waitUntil('the day is dropped', async () => (await retire()).some(({ kind }) => kind === 'dropped'));
  });

  test('a lock that is not given at once is given up, and what waited behind it goes on', async () => {
    await makeDay(35);
    await store(35, 'succeeded');
    const reader = new pg.Client({ connectionString: context.url });
    await reader.connect();
    try {
      // Short transactions without a pause: none is long, and together they leave no gap.
      let over = false;
      const reading = (async () => {
        while (!over) {
          await reader.query('BEGIN');
          await reader.query('SELECT count(*) FROM deliveries');
          await reader.query(`SELECT pg_sleep(0.12)`);
          await reader.query('COMMIT');
        }
      })();
      const [result] = await retire();
      expect(['dropped', 'busy']).toContain(result?.kind);
      over = true;
      await reading;
      await acceptEvents(context.database, [makeEvent(accountId)], OPTIONS);
    } finally {
      await reader.end();
    }
  });
});
