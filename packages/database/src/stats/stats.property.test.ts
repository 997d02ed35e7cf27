import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidFloor } from '@posthorn/domain';
import fc from 'fast-check';
import { classifyDatabaseError } from '../classify-error.ts';
import { newId } from '../new-id.ts';
import { acceptEvents } from '../statements/accept-events.ts';
import type { AttemptRecord } from '../statements/attempt-record.ts';
import { recordAttempts } from '../statements/record-attempts.ts';
import { countRawRows, type Tally } from '../testing/count-raw-rows.ts';
import {
  makeAccount,
  makeEvent,
  makeRecord,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { foldStats } from './fold-stats.ts';
import { rankWebhooks } from './rank-webhooks.ts';
import { readStats } from './read-stats.ts';

const RUNS = { numRuns: 12, seed: 20261121 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** How long ago it all began: a whole hour, and a few minutes. */
const BEGIN_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS + 5 * MINUTE_MS;
const SPAN_SECONDS = 2.5 * 3600;
const WEBHOOKS = 3;

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

/** Seconds after the begin. */
const moment = fc.integer({ min: 0, max: SPAN_SECONDS });

const attempt = fc.record({
  delivery: fc.nat(1000),
  at: moment,
  number: fc.constantFrom(1, 1, 1, 2, 3, null),
  succeeded: fc.boolean(),
  answered: fc.boolean(),
  durationMs: fc.oneof(fc.nat(100), fc.nat(70_000)),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ record: fc.array(attempt, { minLength: 1, maxLength: 8 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      // Those with the same key are published once.
      accept: fc.array(fc.record({ at: moment, key: fc.option(fc.nat(3)) }), { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ fold: fc.integer({ min: 1, max: 20 }), before: moment }) },
);
/** Groups of steps that happen at the same time, one group after the other. */
const plan = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 });

const timeOf = (seconds: number): number => BEGIN_MS + seconds * 1000;
const idAt = (timeMs: number): string => `${uuidFloor(timeMs).slice(0, 14)}${newId().slice(14)}`;

/** As the worker does: a batch that was locked out by another one is tried again. */
const untilTaken = async <T>(run: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (tries === 10 || classifyDatabaseError(error) !== 'transient') throw error;
    }
  }
};

const foldAll = async (): Promise<void> => {
  while ((await foldStats(context.database, { beforeMs: Date.now() + HOUR_MS, limit: 50 })) > 0) continue;
};

/** An account with webhooks, and what can happen there. */
const start = async () => {
  const { database } = context;
  const accountId = await makeAccount(database);
  const webhookIds: number[] = [];
  // One gets only some types of events, one is held.
  for (const values of [{}, { events: ['contact.*'] }, { state: 'Stopped' }]) {
    webhookIds.push(await makeWebhook(database, accountId, values));
  }
  const accept = async (events: readonly { at: number; key: number | null }[]): Promise<void> => {
    const byKey = new Map(events.map((event, index) => [event.key ?? `none ${index}`, event]));
    const toAccept = [...byKey.values()].map(({ at, key }, index) =>
      makeEvent(accountId, {
        id: idAt(timeOf(at)),
        type: index % 2 === 0 ? 'contact.created' : 'sale.sold',
        idempotency: key === null ? null : { key: `key-${key}`, bodyHash: 'aa' },
      }),
    );
    await untilTaken(() => acceptEvents(database, toAccept, OPTIONS));
  };
  await accept([0, 600, 3000, 7000].map((at) => ({ at, key: null })));
  const deliveries = await database.prisma.delivery.findMany({ where: { accountId }, orderBy: { id: 'asc' } });
  const recorded: AttemptRecord[][] = [];
  const record = async (attempts: readonly Attempt[]): Promise<void> => {
    const records = attempts.map(({ delivery, at, number, succeeded, answered, durationMs }) => {
      const target = deliveries[delivery % deliveries.length]!;
      return makeRecord(
        { deliveryId: target.id, webhookId: target.webhookId },
        {
          accountId,
          number,
          succeeded,
          durationMs,
          startedAt: new Date(timeOf(at)),
          delivery: number === null && !succeeded ? null : succeeded ? { status: 'succeeded' } : { status: 'failed' },
          ...(answered || succeeded ? {} : { response: null }),
        },
      );
    });
    await untilTaken(() => recordAttempts(database, records, OPTIONS));
    recorded.push(records);
  };
  const read = async (stepMinutes: number): Promise<Tally> => {
    const stepMs = stepMinutes * MINUTE_MS;
    const range = { sinceMs: BEGIN_MS - 5 * MINUTE_MS, untilMs: BEGIN_MS + 4 * HOUR_MS - 5 * MINUTE_MS };
    const tally: Tally = {};
    for (const webhookId of [null, ...webhookIds]) {
      const rows = await readStats(database, { accountId, webhookId, ...range, stepSeconds: stepMs / 1000 });
      for (const { atMs, ...counted } of rows) tally[`${webhookId ?? 0} ${atMs}`] = counted;
    }
    return tally;
  };
  return { accountId, webhookIds, accept, record, recorded, read };
};

const sum = (tally: Tally, webhookId: number, sinceMs: number, untilMs: number) => {
  const total = { accepted: 0, succeeded: 0, failed: 0, retried: 0, latency: [] as number[] };
  for (const [key, counted] of Object.entries(tally)) {
    const [id, atMs] = key.split(' ').map(Number);
    if (id !== webhookId || atMs === undefined || atMs < sinceMs || atMs >= untilMs) continue;
    for (const name of ['accepted', 'succeeded', 'failed', 'retried'] as const) total[name] += counted[name];
    counted.latency.forEach((count, bucket) => (total.latency[bucket] = (total.latency[bucket] ?? 0) + count));
  }
  return total;
};

test('whatever happens at the same time, and is folded meanwhile, statistics are the count of the rows', async () => {
  const { database } = context;
  await fc.assert(
    fc.asyncProperty(plan, fc.tuple(moment, moment), async (groups, window) => {
      const { accountId, webhookIds, accept, record, recorded, read } = await start();
      for (const group of groups) {
        await Promise.all(
          group.map((one) => {
            if ('accept' in one) return accept(one.accept);
            if ('record' in one) return record(one.record);
            return foldStats(database, { beforeMs: timeOf(one.before), limit: one.fold });
          }),
        );
      }
      // What was committed already is refused as a whole, and counts once.
      const [again] = recorded;
      if (again !== undefined) await expect(recordAttempts(database, again, OPTIONS)).rejects.toThrow();

      const raw = await countRawRows(database, accountId);
      expect(Object.keys(raw).length).toBeGreaterThan(WEBHOOKS);
      expect(await read(1)).toEqual(raw);
      expect(await read(60)).toEqual(await countRawRows(database, accountId, 60));
      await foldAll();
      expect(await read(1)).toEqual(raw);
      expect(await read(60)).toEqual(await countRawRows(database, accountId, 60));

      const [sinceMs, untilMs] = window
        .map((seconds) => Math.floor(timeOf(seconds) / MINUTE_MS) * MINUTE_MS)
        .toSorted((a, b) => a - b) as [number, number];
      const end = untilMs + MINUTE_MS;
      const expected = webhookIds
        .map((webhookId) => ({ webhookId, ...sum(raw, webhookId, sinceMs, end) }))
        .filter(({ latency }) => latency.length > 0)
        .toSorted((a, b) => b.failed - a.failed || b.succeeded - a.succeeded || a.webhookId - b.webhookId);
      for (const onlyFailed of [false, true]) {
        for (const limit of [1, 2, 100]) {
          const ranked = await rankWebhooks(database, { accountId, sinceMs, untilMs: end, onlyFailed, limit });
          expect(ranked.map(({ name: _name, state: _state, ...counted }) => counted)).toEqual(
            expected.filter(({ failed }) => failed > 0 || !onlyFailed).slice(0, limit),
          );
        }
      }
    }),
    RUNS,
  );
}, 120_000);
