import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReplayableStatus } from '@posthorn/contracts';
import { uuidBound, uuidTime } from '@posthorn/domain';
import {
  makeAccount,
  makeEvent,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { acceptEvents } from './accept-events.ts';
import { countDeliveries } from './walk-deliveries.ts';

let context: TestContext;
let webhookId: number;
let times: number[];

/** Four deliveries of a webhook, a minute apart, beside as many of another one. */
beforeAll(async () => {
  context = await openTestContext();
  const { database } = context;
  const accountId = await makeAccount(database);
  webhookId = await makeWebhook(database, accountId);
  await makeWebhook(database, accountId);
  const now = Date.now() - 600_000;
  times = [0, 1, 2, 3].map((minute) => now + minute * 60_000);
  const types = ['contact.created', 'contact.phone.changed', 'sale', 'contact.created'];
  const events = types.map((type, nth) =>
    makeEvent(accountId, { type, id: `${uuidBound(times[nth]!).slice(0, 14)}7000-8000-00000000000${nth}` }),
  );
  await acceptEvents(database, events, OPTIONS);
  const statuses = ['failed', 'held', 'succeeded', 'failed'];
  for (const [nth, status] of statuses.entries()) {
    await database.prisma.delivery.updateMany({
      where: { webhookId, eventId: events[nth]!.id },
      data: { status, dueAt: null, wakeAt: null },
    });
  }
});
afterAll(() => context.close());

const count = async (
  status: ReplayableStatus[],
  {
    eventType = null,
    since = 0,
    until = Date.now(),
  }: { eventType?: string | null; since?: number; until?: number } = {},
) => {
  const walk = { webhookId, position: uuidBound(since), bound: uuidBound(until), filter: { status, eventType } };
  return (await countDeliveries(context.database.prisma, walk)).matching;
};

describe('the deliveries of a webhook', () => {
  test.each<[string, ReplayableStatus[], number]>([
    ['failed', ['failed'], 2],
    ['held', ['held'], 1],
    ['succeeded', ['succeeded'], 1],
    ['any of them', ['failed', 'held', 'succeeded'], 4],
  ])('match by status: %s', async (_name, status, expected) => {
    expect(await count(status)).toBe(expected);
  });

  test.each([
    ['contact.created', 2],
    ['contact.*', 2],
    ['contact.*.*', 1],
    ['*.phone.changed', 1],
    ['*', 4],
    ['sale', 1],
    ['sale.*', 0],
    ['contact', 0],
    ['contactxcreated', 0],
  ])('match by type as subscriptions do: %s', async (eventType, expected) => {
    expect(await count(['failed', 'held', 'succeeded'], { eventType })).toBe(expected);
  });

  test('match from the millisecond of the start to the one before the end', async () => {
    const all: ReplayableStatus[] = ['failed', 'held', 'succeeded'];
    expect(await count(all, { since: times[1]! })).toBe(3);
    expect(await count(all, { since: times[1]! + 1 })).toBe(2);
    expect(await count(all, { until: times[1]! })).toBe(1);
    expect(await count(all, { until: times[1]! + 1 })).toBe(2);
    expect(await count(all, { since: times[1]!, until: times[1]! })).toBe(0);
  });

  test('tell where the walk has come to', async () => {
    const filter = { status: ['held' as const], eventType: null };
    const walk = { webhookId, position: uuidBound(0), bound: uuidBound(Date.now()), filter };
    const step = await countDeliveries(context.database.prisma, walk);
    expect(step).toMatchObject({ ended: true, matching: 1 });
    expect(uuidTime(step.position)).toBe(times[3]);
    expect(await countDeliveries(context.database.prisma, { ...walk, position: step.position })).toEqual({
      position: step.position,
      ended: true,
      matching: 0,
    });
  });
});
