import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidTime } from '@posthorn/domain';
import {
  makeAccount,
  makeEvent,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { type AcceptOutcome, acceptEvents, MAX_SHARED } from './accept-events.ts';

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

const key = (value: string, bodyHash = 'aa') => ({ idempotency: { key: value, bodyHash } });

const groupBy = <T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

const only = (outcomes: AcceptOutcome[]): AcceptOutcome => {
  expect(outcomes).toHaveLength(1);
  return outcomes[0] as AcceptOutcome;
};

describe('accepting events', () => {
  test('an event and its deliveries are stored together, one delivery a webhook that subscribes', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    const matching = await makeWebhook(database, account, { events: ['contact.*'] });
    await makeWebhook(database, account, { events: ['sale.sold'] });
    const event = makeEvent(account, { data: '{"b":1,"a":[1.50, 12345678901234567890]}' });
    const outcome = only(await acceptEvents(database, [event], OPTIONS));
    expect(outcome).toMatchObject({ kind: 'accepted', eventId: event.id, deliveries: 1 });

    const rows = await database.prisma.delivery.findMany({ where: { eventId: event.id } });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ webhookId: matching, accountId: account, status: 'pending', attempts: 0 });
    expect(rows[0]?.dueAt).not.toBeNull();
    expect(rows[0]?.wakeAt?.getTime()).toBeGreaterThan(rows[0]?.dueAt?.getTime() ?? 0);
    const [stored] = await database.prisma.$queryRaw<{ data: string }[]>`
      SELECT data::text AS data FROM events WHERE id = ${event.id}::uuid`;
    expect(stored?.data).toBe(event.data);
  });

  test('a delivery has the millisecond of its event in its id, and the form of a UUID v7', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    await Promise.all(Array.from({ length: 20 }, () => makeWebhook(database, account)));
    const event = makeEvent(account);
    const outcome = only(await acceptEvents(database, [event], OPTIONS));
    const ids = outcome.kind === 'accepted' ? outcome.pending.map((delivery) => delivery.id) : [];
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) {
      expect(uuidTime(id)).toBe(uuidTime(event.id));
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  test('deliveries that are stored together share jobs, twenty at most, of one shard and of Active webhooks only', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    for (let n = 0; n < 6; n += 1) await makeWebhook(database, account, n === 5 ? { state: 'Stopped' } : {});
    const events = Array.from({ length: 15 }, () => makeEvent(account));
    const outcomes = await acceptEvents(database, events, { ...OPTIONS, shards: 2 });
    const pending = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending : []));
    expect(pending).toHaveLength(75);
    const rows = await database.prisma.delivery.findMany({ where: { accountId: account } });
    expect(new Set(rows.filter(({ status }) => status === 'held').map(({ jobId }) => jobId))).toEqual(new Set([null]));
    const jobs = groupBy(pending, ({ jobId }) => jobId);
    for (const [jobId, members] of jobs) {
      expect(jobId).toMatch(/^[0-9a-f-]{36}$/);
      expect(new Set(members.map(({ shard }) => shard)).size).toBe(1);
      expect(members.length).toBeLessThanOrEqual(MAX_SHARED);
      expect(
        rows
          .filter((row) => row.jobId === jobId)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(members.map(({ id }) => id).toSorted());
    }
    // Two shards share 75 deliveries: as few jobs as they fit into.
    const shares = [...groupBy(pending, ({ shard }) => shard).values()];
    expect(jobs.size).toBe(shares.reduce((sum, { length }) => sum + Math.ceil(length / MAX_SHARED), 0));
  });

  test('each delivery gets the shard of its webhook, and none when that is left to the scheduler', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    const webhooks = [await makeWebhook(database, account), await makeWebhook(database, account)];
    for (const shards of [1, 5, null]) {
      const outcome = only(await acceptEvents(database, [makeEvent(account)], { ...OPTIONS, shards }));
      const pending = outcome.kind === 'accepted' ? outcome.pending : [];
      const rows = await database.prisma.delivery.findMany({ where: { id: { in: pending.map(({ id }) => id) } } });
      expect(rows.map((row) => row.webhookId).toSorted()).toEqual(webhooks.toSorted());
      for (const { id, webhookId, shard } of rows) {
        expect(shard).toBe(shards === null ? null : webhookId % shards);
        const jobId = shards === null ? null : expect.any(String);
        expect(pending).toContainEqual({ id, shard: shard ?? 0, jobId });
      }
    }
  });

  test('another account gets nothing', async () => {
    const { database } = context;
    const [mine, other] = [await makeAccount(database), await makeAccount(database)];
    await makeWebhook(database, other);
    expect(only(await acceptEvents(database, [makeEvent(mine)], OPTIONS))).toMatchObject({
      deliveries: 0,
      pending: [],
    });
  });

  test('a webhook that is not Active gets a held delivery, which is not to be enqueued', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    await makeWebhook(database, account, { state: 'TooManyErrors' });
    await makeWebhook(database, account, { state: 'Stopped' });
    const event = makeEvent(account);
    expect(only(await acceptEvents(database, [event], OPTIONS))).toMatchObject({ deliveries: 2, pending: [] });
    const rows = await database.prisma.delivery.findMany({ where: { eventId: event.id } });
    expect(rows.map((row) => row.status)).toEqual(['held', 'held']);
  });

  test('the same key and body answer as the first time did and store nothing', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    await makeWebhook(database, account);
    const first = makeEvent(account, key('k1'));
    const again = makeEvent(account, key('k1'));
    await acceptEvents(database, [first], OPTIONS);
    expect(only(await acceptEvents(database, [again], OPTIONS))).toEqual({
      kind: 'duplicate',
      eventId: first.id,
      deliveries: 1,
    });
    expect(await database.prisma.event.count({ where: { accountId: account } })).toBe(1);
    expect(await database.prisma.delivery.count({ where: { accountId: account } })).toBe(1);
  });

  test('the same key with another body is a conflict', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    await acceptEvents(database, [makeEvent(account, key('k1', 'aa'))], OPTIONS);
    expect(only(await acceptEvents(database, [makeEvent(account, key('k1', 'bb'))], OPTIONS)).kind).toBe('conflict');
  });

  test('accounts do not share keys', async () => {
    const { database } = context;
    const [one, two] = [await makeAccount(database), await makeAccount(database)];
    const outcomes = await acceptEvents(database, [makeEvent(one, key('k')), makeEvent(two, key('k'))], OPTIONS);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted']);
  });

  test('a key that has expired may be used again', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    await acceptEvents(database, [makeEvent(account, key('k'))], OPTIONS);
    await database.prisma.idempotencyKey.updateMany({ where: { accountId: account }, data: { expires: new Date(0) } });
    expect(only(await acceptEvents(database, [makeEvent(account, key('k', 'bb'))], OPTIONS)).kind).toBe('accepted');
  });

  test('of many batches with the same keys at once exactly one stores each key, and none is locked out', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const batches = Array.from({ length: 10 }, (_, turn) => {
      const order = turn % 2 === 0 ? keys : keys.toReversed();
      return acceptEvents(
        database,
        order.map((value) => makeEvent(account, key(value))),
        OPTIONS,
      );
    });
    const kinds = (await Promise.all(batches)).flat().map((outcome) => outcome.kind);
    expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(20);
    expect(kinds.filter((kind) => kind === 'duplicate')).toHaveLength(180);
    expect(await database.prisma.event.count({ where: { accountId: account } })).toBe(20);
  });

  test('a batch with one event that PostgreSQL refuses stores none of it', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    const bad = makeEvent(account, { data: '{not json' });
    await expect(acceptEvents(database, [makeEvent(account), bad], OPTIONS)).rejects.toThrow();
    expect(await database.prisma.event.count({ where: { accountId: account } })).toBe(0);
  });

  test('rows go into the partition of their day', async () => {
    const { database } = context;
    const account = await makeAccount(database);
    await makeWebhook(database, account);
    const event = makeEvent(account);
    await acceptEvents(database, [event], OPTIONS);
    const day = new Date(uuidTime(event.id)).toISOString().slice(0, 10).replaceAll('-', '');
    const [row] = await database.prisma.$queryRaw<{ event: string; delivery: string }[]>`
      SELECT (SELECT tableoid::regclass::text FROM events WHERE id = ${event.id}::uuid) AS event,
             (SELECT tableoid::regclass::text FROM deliveries WHERE event_id = ${event.id}::uuid) AS delivery`;
    expect(row).toEqual({ event: `events_${day}`, delivery: `deliveries_${day}` });
  });
});
