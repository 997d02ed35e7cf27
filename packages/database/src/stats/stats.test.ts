import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLatch } from '@posthorn/testing';
import { acceptEvents } from '../statements/accept-events.ts';
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
import { foldStats, removeOldStats } from './fold-stats.ts';
import { rankWebhooks } from './rank-webhooks.ts';
import { measureOldestDue, readStats } from './read-stats.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const nowMs = Date.now();
const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;

let context: TestContext;
let accountId: number;
let webhookId: number;
beforeEach(async () => {
  context = await openTestContext();
  accountId = await makeAccount(context.database);
  webhookId = await makeWebhook(context.database, accountId);
});
afterEach(() => context.close());

const publish = async (): Promise<string[]> => {
  const [outcome] = await acceptEvents(context.database, [makeEvent(accountId)], OPTIONS);
  return outcome?.kind === 'accepted' ? outcome.pending.map(({ id }) => id) : [];
};

/** Records an attempt that began at a time. */
const recordAt = async (timeMs: number, values: object = {}, owner = webhookId): Promise<void> => {
  const deliveryId = (await publish())[0] ?? '';
  const record = makeRecord(
    { deliveryId, webhookId: owner },
    { accountId, startedAt: new Date(timeMs), succeeded: true, ...values },
  );
  await recordAttempts(context.database, [record], OPTIONS);
};

const succeededIn = async (
  range: { sinceMs: number; untilMs: number; stepSeconds: number },
  id: number | null = null,
) =>
  (await readStats(context.database, { accountId, webhookId: id, ...range })).map(({ atMs, succeeded }) => [
    atMs,
    succeeded,
  ]);

const count = async (table: string): Promise<number> => {
  const [row] = await context.database.prisma.$queryRawUnsafe<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM ${table}`,
  );
  return row?.count ?? 0;
};

describe('writing', () => {
  test('nobody waits for the commit of somebody who counts for the same webhook in the same minute', async () => {
    const { database } = context;
    const held = createLatch<string>('the first has counted');
    const go = createLatch<string>('the first may commit');
    const first = database.prisma.$transaction(async (tx) => {
      await acceptEvents({ direct: tx }, [makeEvent(accountId)], OPTIONS);
      held.push('yes');
      await go.waitFor(1);
    });
    await held.waitFor(1);
    // It would wait here for as long as the first one does.
    await acceptEvents(database, [makeEvent(accountId)], OPTIONS);
    const deliveryId = (await publish())[0] ?? '';
    await recordAttempts(database, [makeRecord({ deliveryId, webhookId }, { accountId })], OPTIONS);
    go.push('yes');
    await first;
    const range = { sinceMs: hourMs, untilMs: hourMs + 2 * HOUR_MS, stepSeconds: 60 };
    const rows = await readStats(database, { accountId, webhookId, ...range });
    expect(rows.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(3);
    expect(rows.reduce((sum, { failed }) => sum + failed, 0)).toBe(1);
  });

  test('what a transaction counted that fails is not counted', async () => {
    const deliveryId = (await publish())[0] ?? '';
    const good = makeRecord({ deliveryId, webhookId }, { accountId });
    const bad = makeRecord({ deliveryId, webhookId }, { accountId, request: '{not json' });
    await expect(recordAttempts(context.database, [good, bad], OPTIONS)).rejects.toThrow();
    const range = { sinceMs: hourMs, untilMs: hourMs + 2 * HOUR_MS, stepSeconds: 3600 };
    const rows = await readStats(context.database, { accountId, webhookId, ...range });
    expect(rows.map(({ failed }) => failed)).toEqual([0]);
  });
});

describe('folding', () => {
  test('takes the minutes before a moment, oldest first, and what comes late is added', async () => {
    const [old, older, late] = [nowMs - 10 * 60_000, nowMs - 20 * 60_000, nowMs - 20 * 60_000];
    await recordAt(old);
    await recordAt(older);
    // Of each the webhook and the account.
    expect(await foldStats(context.database, { beforeMs: nowMs - 120_000, limit: 2 })).toBe(2);
    expect([await count('stats_minutes'), await count('stats_hours')]).toEqual([2, 2]);
    expect(await foldStats(context.database, { beforeMs: nowMs - 120_000, limit: 10 })).toBe(2);
    expect(await foldStats(context.database, { beforeMs: nowMs - 120_000, limit: 10 })).toBe(0);
    await recordAt(late);
    const range = { sinceMs: hourMs - HOUR_MS, untilMs: hourMs + HOUR_MS, stepSeconds: 60 };
    const minutes = [older, old].map((timeMs) => Math.floor(timeMs / 60_000) * 60_000);
    const seen = async () => (await succeededIn(range)).filter(([, succeeded]) => succeeded !== 0);
    expect(await seen()).toEqual([
      [minutes[0], 2],
      [minutes[1], 1],
    ]);
    expect(await foldStats(context.database, { beforeMs: nowMs - 120_000, limit: 10 })).toBe(2);
    expect(await count('stats_minutes')).toBe(4);
    expect(await seen()).toEqual([
      [minutes[0], 2],
      [minutes[1], 1],
    ]);
    const byHour = await succeededIn({ ...range, stepSeconds: 3600 }, webhookId);
    expect(byHour.reduce((sum, [, succeeded]) => sum + (succeeded ?? 0), 0)).toBe(3);
  });

  test('leaves nothing but what is new', async () => {
    await recordAt(nowMs);
    expect(await foldStats(context.database, { beforeMs: nowMs - 120_000, limit: 10 })).toBe(0);
    expect(await count('stats_minutes')).toBe(0);
  });
});

describe('what is old', () => {
  test('is removed, a bounded number at a time', async () => {
    for (const days of [400, 390, 380, 10]) await recordAt(nowMs - days * DAY_MS);
    await foldStats(context.database, { beforeMs: nowMs - 2 * DAY_MS, limit: 100 });
    const before = [await count('stats_minutes'), await count('stats_hours')];
    expect(before).toEqual([8, 8]);
    const beforeMs = nowMs - 365 * DAY_MS;
    expect(await removeOldStats(context.database, { beforeMs, limit: 4 })).toEqual({ removed: 8, more: true });
    expect(await removeOldStats(context.database, { beforeMs, limit: 4 })).toEqual({ removed: 4, more: false });
    expect(await removeOldStats(context.database, { beforeMs, limit: 4 })).toEqual({ removed: 0, more: false });
    expect([await count('stats_minutes'), await count('stats_hours')]).toEqual([2, 2]);
  });
});

describe('the ranking', () => {
  test('has those with the most failed attempts first, of the account alone, and none that was deleted', async () => {
    const { database } = context;
    const others = [await makeWebhook(database, accountId), await makeWebhook(database, accountId)];
    const gone = await makeWebhook(database, accountId);
    const stranger = await makeAccount(database);
    const failed = { succeeded: false };
    await recordAt(nowMs, {}, webhookId);
    await recordAt(nowMs, failed, others[0]);
    await recordAt(nowMs, failed, others[1]);
    await recordAt(nowMs, failed, others[1]);
    await recordAt(nowMs, failed, gone);
    await database.prisma.webhook.delete({ where: { id: gone } });
    const range = { sinceMs: nowMs - HOUR_MS, untilMs: nowMs + 60_000, onlyFailed: false, limit: 10 };
    const ranked = await rankWebhooks(database, { accountId, ...range });
    expect(ranked.map(({ webhookId: id, failed: count_ }) => [id, count_])).toEqual([
      [others[1], 2],
      [others[0], 1],
      [webhookId, 0],
    ]);
    expect(await rankWebhooks(database, { accountId, ...range, limit: 1 })).toMatchObject([
      { webhookId: others[1], name: 'test', state: 'Active', failed: 2 },
    ]);
    expect(
      (await rankWebhooks(database, { accountId, ...range, onlyFailed: true })).map((one) => one.webhookId),
    ).toEqual([others[1], others[0]]);
    expect(await rankWebhooks(database, { accountId: stranger, ...range })).toEqual([]);
    const whole = await readStats(database, {
      accountId,
      webhookId: null,
      sinceMs: hourMs - HOUR_MS,
      untilMs: hourMs + 2 * HOUR_MS,
      stepSeconds: 3600,
    });
    expect(whole.reduce((sum, row) => sum + row.failed, 0)).toBe(4);
  });
});

test('the oldest first attempt that is due says how long it waits; none waits is null', async () => {
  expect(await measureOldestDue(context.database)).toBeNull();
  const [id] = await publish();
  await context.database.prisma.$executeRaw`
    UPDATE deliveries SET due_at = now() - interval '90 seconds' WHERE id = ${id}::uuid`;
  expect(await measureOldestDue(context.database)).toBeGreaterThanOrEqual(90);
  await context.database.prisma.$executeRaw`
    UPDATE deliveries SET due_at = now() + interval '90 seconds' WHERE id = ${id}::uuid`;
  expect(await measureOldestDue(context.database)).toBeNull();
});
