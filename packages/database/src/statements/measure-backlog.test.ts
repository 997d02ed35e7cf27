import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../new-id.ts';
import {
  makeAccount,
  makeEvent,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { acceptEvents } from './accept-events.ts';
import { measureBacklog } from './measure-backlog.ts';

let context: TestContext;
let account: number;
let webhookId: number;
beforeAll(async () => {
  context = await openTestContext();
  account = await makeAccount(context.database);
  webhookId = await makeWebhook(context.database, account);
});
afterAll(() => context.close());

const accept = async (count: number): Promise<string[]> => {
  const events = Array.from({ length: count }, () => makeEvent(account));
  const outcomes = await acceptEvents(context.database, events, OPTIONS);
  return outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending.map(({ id }) => id) : []));
};

const change = (id: string, { dueIn, attempts, status }: { dueIn: number; attempts: number; status: string }) =>
  context.database.prisma.$executeRaw`
    UPDATE deliveries SET due_at = now() + ${dueIn}::float8 * interval '1 second', attempts = ${attempts}::int,
      status = ${status} WHERE id = ${id}::uuid`;

const owe = (values: { age: number; sent?: boolean; givenUp?: boolean }) =>
  context.database.prisma.notice.create({
    data: {
      id: newId(),
      accountId: account,
      webhookId,
      kind: 'gone',
      recipient: 'ops@example.com',
      facts: {},
      created: new Date(Date.now() - values.age * 1000),
      sent: values.sent === true ? new Date() : null,
      ...(values.givenUp === true ? { sendAfter: new Date('9999-12-31Z') } : {}),
    },
  });

describe('what waits', () => {
  test('is nothing where nothing waits', async () => {
    expect(await measureBacklog(context.database)).toEqual({
      oldestDueSeconds: { first: 0, retry: 0 },
      noticesOwed: 0,
      oldestNoticeSeconds: 0,
    });
  });

  test('is told by its oldest, for first attempts and for retries apart; what is not due, held or settled is none', async () => {
    const [old, older, retry, later, held, done] = (await accept(6)) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    await change(old, { dueIn: -50, attempts: 0, status: 'pending' });
    await change(older, { dueIn: -100, attempts: 0, status: 'pending' });
    await change(retry, { dueIn: -30, attempts: 3, status: 'pending' });
    await change(later, { dueIn: 500, attempts: 1, status: 'pending' });
    await change(held, { dueIn: -900, attempts: 0, status: 'held' });
    await change(done, { dueIn: -800, attempts: 1, status: 'succeeded' });
    const { oldestDueSeconds } = await measureBacklog(context.database);
    expect(Math.floor(oldestDueSeconds.first / 10)).toBe(10);
    expect(Math.floor(oldestDueSeconds.retry / 10)).toBe(3);
  });

  test('among e-mails are those that are owed, not those that were sent or given up', async () => {
    await owe({ age: 200 });
    await owe({ age: 5 });
    await owe({ age: 900, sent: true });
    await owe({ age: 800, givenUp: true });
    const { noticesOwed, oldestNoticeSeconds } = await measureBacklog(context.database);
    expect(noticesOwed).toBe(2);
    expect(Math.floor(oldestNoticeSeconds / 10)).toBe(20);
  });

  test('is found by its index, however much waits', async () => {
    await accept(2000);
    const { prisma } = context.database;
    await prisma.$executeRaw`ANALYZE deliveries`;
    for (const lane of ['attempts = 0', 'attempts > 0']) {
      const plan = await prisma.$queryRawUnsafe<Record<string, string>[]>(
        `EXPLAIN SELECT min(due_at) FROM deliveries WHERE status = 'pending' AND ${lane}`,
      );
      const text = plan.map((row) => Object.values(row)[0]).join('\n');
      expect(text).toMatch(/Index (?:Only )?Scan using deliveries_\d{8}_due_at_idx/);
      expect(text).not.toMatch(/Seq Scan on deliveries_\d/);
    }
  });
});
