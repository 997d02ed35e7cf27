import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAccount, makeWebhook, openTestContext, type TestContext } from '../testing/fixtures.ts';
import { type DeliverySearch, searchDeliveries } from './search-deliveries.ts';

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

const STATUSES = ['pending', 'succeeded', 'failed', 'held', 'discarded'];

/** Events of one millisecond, each with a delivery for every webhook, their states by turns. */
const insertMoment = async (
  { accountId, webhookIds }: { accountId: number; webhookIds: readonly number[] },
  { timeMs, events, type = 'contact.created' }: { timeMs: number; events: number; type?: string },
): Promise<void> => {
  const hex = timeMs.toString(16).padStart(12, '0');
  const moment = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  await context.database.prisma.$executeRaw`
    WITH made AS (
      INSERT INTO events (id, account_id, type, data, occurred_at)
      SELECT (${moment}::text || substr(gen_random_uuid()::text, 16))::uuid, ${accountId}::int, ${type}, '{}', now()
      FROM generate_series(1, ${events}::int) RETURNING id
    )
    INSERT INTO deliveries (id, event_id, account_id, webhook_id, status, due_at, wake_at)
    SELECT (${moment}::text || substr(gen_random_uuid()::text, 16))::uuid, m.id, ${accountId}::int, w.id,
           (${STATUSES}::text[])[1 + (row_number() OVER ()) % 5], now(), now()
    FROM made m CROSS JOIN unnest(${[...webhookIds]}::int[]) AS w(id)`;
};

const searchAll = async (search: Omit<DeliverySearch, 'belowId' | 'limit'>, limit = 200) => {
  const ids: string[] = [];
  let belowId: string | null = null;
  let parts = 0;
  do {
    const step = await searchDeliveries(context.database, { ...search, belowId, limit });
    expect(step.items.length).toBeLessThanOrEqual(limit);
    ids.push(...step.items.map(({ id }) => id));
    belowId = step.position;
    parts += 1;
    if (parts > 200) throw new Error('The search does not end.');
  } while (belowId !== null);
  return { ids, parts };
};

describe('searching the deliveries of an account', () => {
  test('finds what a plain query finds, in order, where many are of one millisecond and others publish between', async () => {
    const { database } = context;
    const accountId = await makeAccount(database);
    const other = { accountId: await makeAccount(database), webhookIds: [2_000_000_000] };
    const webhookIds = [await makeWebhook(database, accountId), await makeWebhook(database, accountId)];
    const own = { accountId, webhookIds };
    const nowMs = Date.now();
    // More events and more deliveries of one millisecond than a part looks at, days apart, and small moments between.
    await insertMoment(own, { timeMs: nowMs, events: 3 });
    await insertMoment(other, { timeMs: nowMs, events: 50 });
    await insertMoment(own, { timeMs: nowMs - 1, events: 1500, type: 'sale.sold' });
    await insertMoment(own, { timeMs: nowMs - 86_400_000, events: 1 });
    for (let nth = 2; nth < 40; nth += 1) await insertMoment(own, { timeMs: nowMs - nth, events: nth % 3 });
    await insertMoment(other, { timeMs: nowMs - 5, events: 2500 });

    const searches: Omit<DeliverySearch, 'belowId' | 'limit' | 'accountId'>[] = [
      {},
      { status: 'failed' },
      { status: 'held', eventType: 'sale.*' },
      { eventType: 'contact.created' },
      { webhookId: webhookIds[1] },
      { webhookId: webhookIds[1], status: 'pending' },
      { sinceMs: nowMs - 30, untilMs: nowMs - 1 },
      { sinceMs: nowMs - 1, untilMs: nowMs },
      { untilMs: nowMs - 10 },
      { sinceMs: nowMs + 1 },
    ];
    const all = await database.prisma.$queryRaw<
      { id: string; webhookId: number; status: string; type: string; timeMs: number }[]
    >`
      SELECT d.id::text AS id, d.webhook_id AS "webhookId", d.status, e.type,
             ('x' || lpad(replace(substr(d.id::text, 1, 13), '-', ''), 16, '0'))::bit(64)::bigint::float8 AS "timeMs"
      FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.account_id = ${accountId}::int ORDER BY d.id DESC`;
    expect(all.length).toBeGreaterThan(3000);
    for (const search of searches) {
      const { webhookId, status, eventType, sinceMs = 0, untilMs = Infinity } = search;
      const expected = all.filter(
        (row) =>
          (webhookId === undefined || row.webhookId === webhookId) &&
          (status === undefined || row.status === status) &&
          (eventType === undefined || row.type.startsWith(eventType.replace('*', ''))) &&
          row.timeMs >= sinceMs &&
          row.timeMs < untilMs,
      );
      const found = await searchAll({ accountId, ...search });
      expect([search, found.ids]).toEqual([search, expected.map(({ id }) => id)]);
    }
    expect((await searchAll({ ...other, webhookId: webhookIds[0] })).ids).toEqual([]);
  });

  test('ends after one part where there is nothing', async () => {
    const accountId = await makeAccount(context.database);
    for (const search of [{}, { webhookId: 1 }, { eventId: randomUUID() }, { status: 'failed' as const }]) {
      expect(await searchAll({ accountId, ...search })).toEqual({ ids: [], parts: 1 });
    }
  });
});
