import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { uuidFloor } from '@posthorn/domain';
import { takeLease, giveUpLease } from '../leases.ts';
import { newId } from '../new-id.ts';
import {
  makeAccount,
  makeEvent,
  makeRecord,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { acceptEvents } from './accept-events.ts';
import { recordAttempts } from './record-attempts.ts';
import { removeFinishedRetries, removeGoneWorkers, removeOldRows } from './remove-expired.ts';

const DAY_MS = 86_400_000;
const now = Date.now();
const CUTOFF_MS = now - 30 * DAY_MS;

let context: TestContext;
let accountId: number;
let webhookId: number;
beforeEach(async () => {
  context = await openTestContext();
  accountId = await makeAccount(context.database);
  webhookId = await makeWebhook(context.database, accountId);
});
afterEach(() => context.close());

const idAt = (timeMs: number): string => `${uuidFloor(timeMs).slice(0, 14)}${newId().slice(14)}`;
const remove = (limit = 100) => removeOldRows(context.database, { beforeMs: CUTOFF_MS, limit });

/** An event of a day without a partition, its delivery and an attempt. */
const store = async (timeMs: number, status: string): Promise<string> => {
  const event = makeEvent(accountId, { id: idAt(timeMs) });
  const [outcome] = await acceptEvents(context.database, [event], OPTIONS);
  const deliveryId = outcome?.kind === 'accepted' ? outcome.pending[0]!.id : '';
  await recordAttempts(context.database, [makeRecord({ deliveryId, webhookId }, { id: idAt(timeMs) })], OPTIONS);
  if (status !== 'pending') {
    const data = { status, dueAt: null, wakeAt: null };
    await context.database.prisma.delivery.updateMany({ where: { id: deliveryId }, data });
  }
  return event.id;
};

describe('rows in the default partitions', () => {
  test('are removed when they are old, unless they are pending', async () => {
    await store(CUTOFF_MS - 1000, 'succeeded');
    await store(CUTOFF_MS - 5 * DAY_MS, 'held');
    const pending = await store(CUTOFF_MS - DAY_MS, 'pending');
    const young = await store(CUTOFF_MS + 1000, 'succeeded');
    expect(await remove()).toEqual({ removed: 7, more: false });
    const { event, delivery, attempt } = context.database.prisma;
    expect((await event.findMany()).map(({ id }) => id).toSorted()).toEqual([pending, young].toSorted());
    // An attempt goes with its own age, also that of a pending delivery.
    expect([await delivery.count(), await attempt.count()]).toEqual([2, 1]);
    expect(await remove()).toEqual({ removed: 0, more: false });
  });

  test('go a bounded number at a time, and that there is more is said', async () => {
    for (let nth = 0; nth < 3; nth += 1) await store(CUTOFF_MS - 1000 - nth, 'failed');
    expect(await remove(2)).toMatchObject({ more: true });
    expect(await remove(2)).toMatchObject({ more: false });
    expect(await context.database.prisma.event.count()).toBe(0);
  });
});

describe('what people were told and asked for', () => {
  test('notices go when they are old and sent or given up; one that is owed stays', async () => {
    const notice = (timeMs: number, values: object) => ({
      id: idAt(timeMs),
      accountId,
      kind: 'gone',
      recipient: 'a@b.example',
      facts: {},
      ...values,
    });
    await context.database.prisma.notice.createMany({
      data: [
        notice(CUTOFF_MS - 1000, { sent: new Date() }),
        notice(CUTOFF_MS - 1000, { sendAfter: new Date('9999-12-31T00:00:00Z') }),
        notice(CUTOFF_MS - 1000, { kind: 'owed' }),
        notice(CUTOFF_MS + 1000, { kind: 'young', sent: new Date() }),
      ],
    });
    expect(await remove()).toMatchObject({ removed: 2 });
    const kinds = (await context.database.prisma.notice.findMany()).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['owed', 'young']);
  });

  test('replays go when they are old and nothing of them is under way', async () => {
    const replay = (timeMs: number, values: { state: string; finished?: Date; wakeAt?: Date }) => ({
      id: idAt(timeMs),
      accountId,
      webhookId,
      filter: {},
      ...values,
    });
    const finished = new Date();
    await context.database.prisma.replay.createMany({
      data: [
        replay(CUTOFF_MS - 1000, { state: 'done', finished }),
        replay(CUTOFF_MS - 1000, { state: 'cancelled', finished, wakeAt: finished }),
        replay(CUTOFF_MS - 1000, { state: 'paused', wakeAt: finished }),
        replay(CUTOFF_MS + 1000, { state: 'done', finished }),
      ],
    });
    expect(await remove()).toMatchObject({ removed: 1 });
    expect(await context.database.prisma.replay.count()).toBe(3);
  });

  test('manual retries go a day after they were over, or with their replay', async () => {
    const retry = (values: object) => ({ id: newId(), deliveryId: newId(), accountId, wakeAt: new Date(), ...values });
    const replay = { id: newId(), accountId, webhookId, filter: {}, state: 'running', wakeAt: new Date() };
    await context.database.prisma.replay.create({ data: replay });
    await context.database.prisma.manualRetry.createMany({
      data: [
        retry({ finished: new Date(now - 25 * 3_600_000) }),
        retry({ finished: new Date(now - 23 * 3_600_000), requestedBy: 'of today' }),
        retry({ requestedBy: 'not over' }),
        retry({ replayId: newId() }),
        retry({ replayId: replay.id, requestedBy: 'of a replay' }),
      ],
    });
    expect(await removeFinishedRetries(context.database, 100)).toBe(2);
    const left = (await context.database.prisma.manualRetry.findMany()).map(({ requestedBy }) => requestedBy);
    expect(left.toSorted()).toEqual(['not over', 'of a replay', 'of today']);
  });

  test('workers go when they have not been seen for an hour', async () => {
    const minutesAgo = (minutes: number) => ({ id: newId(), seen: new Date(now - minutes * 60_000) });
    await context.database.prisma.worker.createMany({ data: [minutesAgo(61), minutesAgo(59)] });
    expect(await removeGoneWorkers(context.database)).toBe(1);
  });
});

describe('a lease', () => {
  test('is had by one, kept by it, and passed on when it is over or given up', async () => {
    const { database } = context;
    const name = 'work';
    const [first, second] = [newId(), newId()];
    const taken = await Promise.all(
      [first, second].map((holder) => takeLease(database, { name, holder, seconds: 60 })),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    const [winner, loser] = taken[0] === true ? [first, second] : [second, first];
    expect(await takeLease(database, { name, holder: winner, seconds: 60 })).toBe(true);
    await giveUpLease(database, { name, holder: loser });
    expect(await takeLease(database, { name, holder: loser, seconds: 60 })).toBe(false);
    await giveUpLease(database, { name, holder: winner });
    expect(await takeLease(database, { name, holder: loser, seconds: 60 })).toBe(true);
    await database.prisma.lease.updateMany({ data: { until: new Date(now - 1000) } });
    expect(await takeLease(database, { name, holder: winner, seconds: 60 })).toBe(true);
  });
});
