import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidFloor } from '@posthorn/domain';
import { acceptEvents } from '../statements/accept-events.ts';
import {
  makeAccount,
  makeEvent,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { ensurePartitions } from './ensure-partitions.ts';
import { PARTITIONED_TABLES } from './partition-names.ts';

const DAY_MS = 86_400_000;
/** Days far from today, so that no partition is there yet; each test takes one of its own. */
const day = (n: number): number => Date.UTC(2031, 0, n);

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

const tablesOf = (stamp: string): string[] => PARTITIONED_TABLES.map((table) => `${table}_${stamp}`);

/** Stores an event with one delivery, as of a moment; the tables that its rows fell into. */
const storeAt = async (timeMs: number): Promise<string[]> => {
  const { database } = context;
  const accountId = await makeAccount(database);
  await makeWebhook(database, accountId);
  const event = makeEvent(accountId, { id: uuidFloor(timeMs) });
  await acceptEvents(database, [event], OPTIONS);
  const rows = await database.prisma.$queryRawUnsafe<{ place: string }[]>(
    `SELECT tableoid::regclass::text AS place FROM events WHERE id = '${event.id}'
     UNION ALL SELECT tableoid::regclass::text FROM deliveries WHERE event_id = '${event.id}'`,
  );
  return rows.map((row) => row.place);
};

describe('ensurePartitions', () => {
  test('makes those of the day and of the days ahead, and nothing the second time', async () => {
    const input = { nowMs: day(1) + DAY_MS / 2, daysAhead: 1 };
    const { made } = await ensurePartitions(context.database, input);
    expect(made).toEqual([...tablesOf('20310101'), ...tablesOf('20310102')]);
    expect(await ensurePartitions(context.database, input)).toEqual({ made: [], busy: [] });
    const next = await ensurePartitions(context.database, { nowMs: day(2), daysAhead: 1 });
    expect(next).toEqual({ made: tablesOf('20310103'), busy: [] });
  });

  test('from several places at once each partition is made once, and nobody fails', async () => {
    const input = { nowMs: day(5), daysAhead: 2 };
    const results = await Promise.all(Array.from({ length: 5 }, () => ensurePartitions(context.database, input)));
    expect(results.flatMap(({ made }) => made).sort()).toEqual(
      [...tablesOf('20310105'), ...tablesOf('20310106'), ...tablesOf('20310107')].sort(),
    );
  });

  test('a row falls into the partition of its day, to the millisecond', async () => {
    await ensurePartitions(context.database, { nowMs: day(10), daysAhead: 1 });
    expect(await storeAt(day(10))).toEqual(['events_20310110', 'deliveries_20310110']);
    expect(await storeAt(day(11) - 1)).toEqual(['events_20310110', 'deliveries_20310110']);
    expect(await storeAt(day(11))).toEqual(['events_20310111', 'deliveries_20310111']);
  });

  test('a day without a partition is stored all the same, and left where it is afterwards', async () => {
    expect(await storeAt(day(20) + 1000)).toEqual(['events_default', 'deliveries_default']);
    const { made } = await ensurePartitions(context.database, { nowMs: day(20), daysAhead: 1 });
    // No attempt has been made on that day yet: nothing of it is in the default partition.
    expect(made).toEqual(['attempts_20310120', ...tablesOf('20310121')]);
    expect(await storeAt(day(20) + 2000)).toEqual(['events_default', 'deliveries_default']);
    expect(await context.database.prisma.event.count({ where: { id: { gte: uuidFloor(day(20)) } } })).toBe(2);
  });
});
