import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ReplayFilter } from '@posthorn/contracts';
import { uuidBound } from '@posthorn/domain';
import { OPERATOR } from '../audit/author.ts';
import { cancelReplay, findReplay } from '../replays/find-replay.ts';
import { requestReplay } from '../replays/request-replay.ts';
import { makeAccount, makeWebhook, openTestContext, type TestContext } from '../testing/fixtures.ts';
import { loadRetries } from './load-retries.ts';
import { finishManualRetries } from './settle-unsent.ts';
import { type ReplayStep, type ReplayStepOptions, stepReplay } from './step-replay.ts';
import type { TakenDelivery } from './walk-deliveries.ts';

const OPTIONS: ReplayStepOptions = { maxInFlight: 100, perSecond: 100_000, leaseSeconds: 60 };

let context: TestContext;
let accountId: number;
let webhookId: number;
beforeEach(async () => {
  context = await openTestContext();
  accountId = await makeAccount(context.database);
  webhookId = await makeWebhook(context.database, accountId);
});
afterEach(() => context.close());

const run = (sql: string) => context.database.prisma.$executeRawUnsafe(sql);

/** Stores so many deliveries of the last hour: every nth is held, the others have succeeded. */
const store = async (count: number, nth = 1): Promise<void> => {
  const prefix = uuidBound(Date.now() - 3_600_000).slice(0, 14);
  await run(`INSERT INTO events (id, account_id, type, data, occurred_at)
    SELECT ('${prefix}7' || lpad(to_hex(i), 3, '0') || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid, ${accountId}, 'a', '{}', now()
    FROM generate_series(1, ${count}) i`);
  await run(`INSERT INTO deliveries (id, event_id, account_id, webhook_id, status)
    SELECT id, id, ${accountId}, ${webhookId},
           CASE WHEN row_number() OVER (ORDER BY id) % ${nth} = 0 THEN 'held' ELSE 'succeeded' END FROM events`);
};

const ask = async (filter: Partial<ReplayFilter> = {}): Promise<string> => {
  const until = new Date(Date.now() - 60_000).toISOString();
  const whole: ReplayFilter = { since: null, until, status: ['failed', 'held'], eventType: null, ...filter };
  const asked = await requestReplay(context.database, { webhookId, accountId, filter: whole, author: OPERATOR });
  if (asked.outcome !== 'accepted') throw new Error(`It was ${asked.outcome}.`);
  return asked.replayId;
};

const step = (options: Partial<ReplayStepOptions> = {}): Promise<ReplayStep> =>
  stepReplay(context.database, { ...OPTIONS, ...options }, Date.now());
/** As if the time until its next turn were over. */
const wake = () => run(`UPDATE replays SET wake_at = now() - interval '1 second' WHERE wake_at IS NOT NULL`);
const enqueuedBy = (one: ReplayStep): TakenDelivery[] => (one.kind === 'stepped' ? one.toEnqueue : []);
const find = async (id: string) => (await findReplay(context.database, { id, accountId }))!;

/** Steps until it is over; what is taken is over at once. */
const finish = async (id: string, work: () => Promise<ReplayStep> = step): Promise<string[]> => {
  const taken: string[] = [];
  for (let turn = 0; turn < 2000; turn += 1) {
    await wake();
    const items = enqueuedBy(await work());
    taken.push(...items.map(({ deliveryId }) => deliveryId));
    await finishManualRetries(
      context.database,
      items.map((item) => item.id),
    );
    if ((await find(id)).finished !== null) return taken;
  }
  throw new Error('It was not over after 2000 steps.');
};

const heldIds = async (): Promise<string[]> => {
  const where = { webhookId, status: 'held' };
  const rows = await context.database.prisma.delivery.findMany({ where, orderBy: { id: 'asc' }, select: { id: true } });
  return rows.map(({ id }) => id);
};

describe('the walk of a replay', () => {
  test('takes every delivery that matches once, in the order of their ids, where few match and where all do', async () => {
    await store(9000, 90);
    const id = await ask();
    expect(await finish(id)).toEqual(await heldIds());
    expect(await find(id)).toMatchObject({ state: 'done', counted: true, total: 100, done: 100 });
    const all = await ask({ status: ['succeeded', 'held'] });
    expect(new Set(await finish(all)).size).toBe(9000);
    expect(await find(all)).toMatchObject({ state: 'done', total: 9000, done: 9000 });
  }, 60_000);

  test('by several schedulers at once takes none twice and skips none', async () => {
    await store(3000);
    const id = await ask();
    const together = async (): Promise<ReplayStep> => {
      const steps = await Promise.all(Array.from({ length: 4 }, () => step()));
      const stepped = steps.filter((one) => one.kind === 'stepped');
      // One works on it at a time; another one may have come right after it, when there was more to do at once.
      const items = stepped.flatMap(enqueuedBy);
      return stepped[0] === undefined
        ? steps[0]!
        : { ...(stepped[0] as ReplayStep & { kind: 'stepped' }), toEnqueue: items };
    };
    const taken = await finish(id, together);
    expect(taken.toSorted()).toEqual(await heldIds());
    expect(await find(id)).toMatchObject({ state: 'done', done: 3000, total: 3000 });
  }, 60_000);

  test('has no more under way than it may, whoever steps', async () => {
    await store(300);
    await ask();
    for (let turn = 0; turn < 10; turn += 1) {
      await wake();
      await step({ maxInFlight: 25 });
    }
    expect(await context.database.prisma.manualRetry.count()).toBe(25);
  });

  test('has no more in a second than it may', async () => {
    await store(300);
    await ask();
    await step();
    await wake();
    expect(enqueuedBy(await step({ perSecond: 10 }))).toHaveLength(10);
    await wake();
    await run(`UPDATE replays SET taken_at = now() - interval '500 milliseconds'`);
    expect(enqueuedBy(await step({ perSecond: 10 }))).toHaveLength(5);
  });

  test('leaves half of what a webhook allows to what is new', async () => {
    await store(300);
    await run(`UPDATE webhooks SET policy = '{"maxInFlight": 8, "rateLimit": {"perSecond": 100}}'`);
    await ask();
    await step();
    await wake();
    expect(enqueuedBy(await step())).toHaveLength(4);
  });

  test('of two replays shares the room between them', async () => {
    await store(50);
    const second = await makeWebhook(context.database, accountId);
    await ask();
    const filter: ReplayFilter = { since: null, until: new Date().toISOString(), status: ['held'], eventType: null };
    await requestReplay(context.database, { webhookId: second, accountId, filter, author: OPERATOR });
    await step();
    await step();
    await wake();
    const both = [await step({ maxInFlight: 20 }), await step({ maxInFlight: 20 })];
    expect(both.map((one) => enqueuedBy(one).length).toSorted()).toEqual([0, 10]);
  });
});

describe('a step that was committed and never enqueued', () => {
  test('is taken up when its lease is over, without taking more in its place', async () => {
    await store(30);
    await ask();
    await step();
    await wake();
    const lost = enqueuedBy(await step({ maxInFlight: 20 }));
    await wake();
    expect(enqueuedBy(await step({ maxInFlight: 20 }))).toEqual([]);
    await run(`UPDATE manual_retries SET wake_at = now() - interval '1 second'`);
    await wake();
    const again = enqueuedBy(await step({ maxInFlight: 20 }));
    expect(again.map(({ id }) => id).toSorted()).toEqual(lost.map(({ id }) => id).toSorted());
  });
});

describe('a replay', () => {
  test('waits for the deliveries of the last moment before it ends', async () => {
    await store(5);
    const id = await ask({ until: new Date(Date.now() + 1).toISOString() });
    const now = Date.now();
    await step();
    await wake();
    const items = enqueuedBy(await step());
    expect(items).toHaveLength(5);
    await finishManualRetries(
      context.database,
      items.map((item) => item.id),
    );
    await wake();
    await stepReplay(context.database, OPTIONS, now);
    expect(await find(id)).toMatchObject({ state: 'running', done: 5 });
    await wake();
    await stepReplay(context.database, OPTIONS, now + 5000);
    expect(await find(id)).toMatchObject({ state: 'done', done: 5 });
  });

  test('is one at a time for a webhook, whoever asks at once', async () => {
    const filter: ReplayFilter = { since: null, until: new Date().toISOString(), status: ['held'], eventType: null };
    const input = { webhookId, accountId, filter, author: OPERATOR };
    const asked = await Promise.all(Array.from({ length: 5 }, () => requestReplay(context.database, input)));
    expect(asked.map(({ outcome }) => outcome).toSorted()).toEqual([
      'accepted',
      ...Array.from({ length: 4 }, () => 'in_progress'),
    ]);
    const ids = asked.map((one) => ('replayId' in one ? one.replayId : null));
    expect(new Set(ids).size).toBe(1);
    await cancelReplay(context.database, OPERATOR, { id: ids[0]!, accountId });
    expect((await requestReplay(context.database, input)).outcome).toBe('accepted');
  });

  test('that is paused gives its deliveries back, and looks again every now and then', async () => {
    await store(30);
    const id = await ask();
    await step();
    await wake();
    const before = enqueuedBy(await step({ maxInFlight: 20 }));
    await run(`UPDATE webhooks SET state = 'Stopped'`);
    await wake();
    expect(await step()).toMatchObject({ entered: 'paused', toEnqueue: [] });
    expect(await step()).toMatchObject({ kind: 'idle', nextInMs: expect.any(Number) });
    await run(`UPDATE webhooks SET state = 'Active'`);
    await wake();
    expect(await step()).toMatchObject({ entered: 'running' });
    await wake();
    const again = enqueuedBy(await step({ maxInFlight: 20 }));
    expect(again.map((item) => item.id).toSorted()).toEqual(before.map((item) => item.id).toSorted());
    expect((await loadRetries(context.database, [again[0]!.id])).get(again[0]!.id)).toMatchObject({
      replay: { state: 'running', statuses: ['failed', 'held'] },
    });
    await finishManualRetries(
      context.database,
      again.map((item) => item.id),
    );
    await finish(id);
    expect(await find(id)).toMatchObject({ state: 'done', done: 30 });
  });

  test('costs nothing more once it is over', async () => {
    const id = await ask();
    await finish(id);
    await wake();
    expect(await step()).toEqual({ kind: 'idle', nextInMs: null });
  });
});
