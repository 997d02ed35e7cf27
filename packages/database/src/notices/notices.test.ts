import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { NoticeFacts } from '@posthorn/contracts';
import { createTestDatabase, type TestDatabase } from '@posthorn/testing';
import { connectDatabase, type Database, type Prisma } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import { claimNotices } from './claim-notices.ts';
import { finishNotice } from './finish-notice.ts';

let clone: TestDatabase;
let database: Database;

beforeAll(async () => {
  clone = await createTestDatabase();
  database = connectDatabase({ url: clone.url, poolSize: 5, applicationName: 'notices-test' });
  await database.prisma.account.create({ data: { id: 1, name: 'Acme' } });
});

afterAll(async () => {
  await database.close();
  await clone.drop();
});

beforeEach(async () => {
  await database.prisma.$executeRaw`TRUNCATE notices, deliveries, webhooks CASCADE`;
});

const facts: NoticeFacts = {
  webhookId: 1,
  webhookName: 'Sale Won Notification',
  targetUrl: 'https://receiver.example/hook',
  events: ['sale.won'],
  failingSince: '2026-11-21T04:05:06.000Z',
  consecutiveErrors: 20,
  changedAt: '2026-11-21T05:17:00.000Z',
  lastError: null,
};

const createWebhook = async (state = 'TooManyErrors'): Promise<number> => {
  const data = {
    uuid: newId(),
    accountId: 1,
    name: 'hook',
    events: ['sale.won'],
    targetUrl: 'https://x.example',
    state,
  };
  return (await database.prisma.webhook.create({ data })).id;
};

const createNotice = async (webhookId: number | null = null, sendAfter = new Date(0)): Promise<string> => {
  const id = newId();
  const fields = { id, accountId: 1, webhookId, kind: 'too_many_errors', recipient: 'ops@receiver.example', sendAfter };
  await database.prisma.notice.create({ data: { ...fields, facts: facts as unknown as Prisma.InputJsonObject } });
  return id;
};

const createDeliveries = async (webhookId: number, status: string, count: number): Promise<void> => {
  await database.prisma.$executeRaw`
    INSERT INTO deliveries (id, event_id, account_id, webhook_id, status, due_at, wake_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 1, ${webhookId}::int, ${status}, now(), now()
    FROM generate_series(1, ${count}::int)`;
};

const claim = (limit = 10, leaseSeconds = 300) => claimNotices(database, { limit, leaseSeconds });

const readNotice = (id: string) => database.prisma.notice.findUniqueOrThrow({ where: { id } });

const isOwed = async (id: string): Promise<boolean> => (await claim(1000, 0)).some((notice) => notice.id === id);

describe('claiming', () => {
  test('gives what the mail needs, with the deliveries that wait now', async () => {
    const webhookId = await createWebhook();
    const id = await createNotice(webhookId);
    await createDeliveries(webhookId, 'held', 3);
    await createDeliveries(webhookId, 'pending', 2);
    await createDeliveries(webhookId, 'failed', 4);
    await createDeliveries(webhookId + 1, 'held', 5);
    expect(await claim()).toEqual([
      {
        id,
        accountId: 1,
        kind: 'too_many_errors',
        recipient: 'ops@receiver.example',
        facts,
        tries: 1,
        created: expect.any(Date),
        webhookState: 'TooManyErrors',
        held: 3,
        pending: 2,
        countedAll: true,
      },
    ]);
  });

  test('says so when a webhook has more deliveries than are counted', async () => {
    const webhookId = await createWebhook();
    await createNotice(webhookId);
    await createDeliveries(webhookId, 'held', 10_050);
    expect(await claim()).toMatchObject([{ held: 10_000, pending: 0, countedAll: false }]);
  });

  test('a notice outlives its webhook', async () => {
    const webhookId = await createWebhook();
    const id = await createNotice(webhookId);
    await database.prisma.webhook.delete({ where: { id: webhookId } });
    expect(await claim()).toMatchObject([{ id, webhookState: null, held: 0, pending: 0, countedAll: true }]);
  });

  test('takes the longest overdue first, at most so many, and nothing that is not due or sent', async () => {
    const late = await createNotice(null, new Date(2000));
    const later = await createNotice(null, new Date(1000));
    await createNotice(null, new Date(3000));
    await createNotice(null, new Date(Date.now() + 60_000));
    const sent = await createNotice(null, new Date(0));
    await finishNotice(database, { id: sent, tries: 0, outcome: { kind: 'sent' } });
    expect((await claim(2)).map((notice) => notice.id).toSorted()).toEqual([late, later].toSorted());
    expect(await claim()).toHaveLength(1);
    expect(await claim()).toHaveLength(0);
  });

  test('replicas that claim at the same time share the notices without overlap', async () => {
    await Promise.all(Array.from({ length: 60 }, () => createNotice()));
    const batches = await Promise.all(Array.from({ length: 12 }, () => claim(5)));
    const ids = batches.flat().map((notice) => notice.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + (await claim(100)).length).toBe(60);
  });

  test('a claim that nobody finished is owed again after its lease, as the next try', async () => {
    const id = await createNotice();
    await claim(10, 0);
    expect(await claim()).toMatchObject([{ id, tries: 2 }]);
    expect(await claim()).toEqual([]);
  });

  test('finds owed notices by the index of unsent ones', async () => {
    const plan = await database.prisma.$transaction(async (tx) => {
      // The table is empty: only the possibility of the index is asked for.
      await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
      return tx.$queryRaw<Record<string, string>[]>`
        EXPLAIN SELECT id FROM notices WHERE sent IS NULL AND send_after <= now() ORDER BY send_after LIMIT 5 FOR UPDATE SKIP LOCKED`;
    });
    expect(JSON.stringify(plan)).toContain('notices_owed_idx');
  });
});

describe('finishing', () => {
  test('a sent notice is never owed again', async () => {
    const id = await createNotice();
    await claim(10, 0);
    expect(await finishNotice(database, { id, tries: 1, outcome: { kind: 'sent' } })).toBe(true);
    expect(await isOwed(id)).toBe(false);
    expect(await finishNotice(database, { id, tries: 1, outcome: { kind: 'sent' } })).toBe(false);
  });

  test('a retry is owed after its wait, with the reason', async () => {
    const id = await createNotice();
    await claim();
    await finishNotice(database, { id, tries: 1, outcome: { kind: 'retry', inMs: 60_000, error: 'refused' } });
    const row = await readNotice(id);
    expect(row).toMatchObject({ sent: null, lastError: 'refused', tries: 1 });
    expect(row.sendAfter.getTime() - Date.now()).toBeGreaterThan(50_000);
    await finishNotice(database, { id, tries: 1, outcome: { kind: 'retry', inMs: 0, error: 'refused' } });
    expect(await isOwed(id)).toBe(true);
  });

  test('a notice given up is not owed, keeps the reason, and can be read and released', async () => {
    const id = await createNotice();
    await claim();
    await finishNotice(database, { id, tries: 1, outcome: { kind: 'given_up', error: 'no such user' } });
    expect(await isOwed(id)).toBe(false);
    expect(await readNotice(id)).toMatchObject({ sent: null, lastError: 'no such user' });
    await database.prisma.$executeRaw`
      UPDATE notices SET send_after = now() WHERE sent IS NULL AND send_after = '9999-12-31Z'`;
    expect(await isOwed(id)).toBe(true);
  });

  test('whoever lost the claim cannot make the notice due again, but an accepted mail counts', async () => {
    const id = await createNotice();
    await claim(10, 0);
    await claim();
    expect(await finishNotice(database, { id, tries: 1, outcome: { kind: 'retry', inMs: 0, error: 'late' } })).toBe(
      false,
    );
    expect(await finishNotice(database, { id, tries: 1, outcome: { kind: 'given_up', error: 'late' } })).toBe(false);
    expect(await isOwed(id)).toBe(false);
    expect(await finishNotice(database, { id, tries: 1, outcome: { kind: 'sent' } })).toBe(true);
  });
});
