import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptEvents } from '../statements/accept-events.ts';
import { makeAccount, makeEvent, openTestContext, OPTIONS, type TestContext } from '../testing/fixtures.ts';
import { type EventSearch, needlesOf, searchEvents } from './search-events.ts';

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

/** All that is found, part by part, and how many parts it took. */
const searchAll = async (search: Omit<EventSearch, 'belowId' | 'limit'>, limit = 50) => {
  const ids: string[] = [];
  let belowId: string | null = null;
  let parts = 0;
  do {
    const step = await searchEvents(context.database, { ...search, belowId, limit });
    expect(step.items.length).toBeLessThanOrEqual(limit);
    ids.push(...step.items.map(({ id }) => id));
    belowId = step.position;
    parts += 1;
  } while (belowId !== null);
  return { ids, parts };
};

describe('searching events', () => {
  test('looks at a bounded number of rows at once, and finds all that match', async () => {
    const accountId = await makeAccount(context.database);
    const other = await makeAccount(context.database);
    const events = Array.from({ length: 4500 }, (_, nth) => makeEvent(accountId, { data: `{"n":${nth}}` }));
    for (let from = 0; from < events.length; from += 500) {
      await acceptEvents(context.database, events.slice(from, from + 500), OPTIONS);
      await acceptEvents(context.database, [makeEvent(other, { data: '{"n":1}' })], OPTIONS);
    }
    const newestFirst = events
      .map(({ id }) => id)
      .toSorted()
      .toReversed();
    expect((await searchAll({ accountId }, 200)).ids).toEqual(newestFirst);
    const wanted = new Set(events.filter(({ data }) => data.includes('99')).map(({ id }) => id));
    const { ids, parts } = await searchAll({ accountId, data: '99' }, 200);
    expect(ids).toEqual(newestFirst.filter((id) => wanted.has(id)));
    expect(parts).toBe(3);
    expect(await searchAll({ accountId, data: 'nowhere' })).toEqual({ ids: [], parts: 3 });
  });

  test('looks at a bounded number of bytes at once, were the data ever so large', async () => {
    const accountId = await makeAccount(context.database);
    // Random text, which nothing can compress.
    const large = () => JSON.stringify({ text: randomBytes(300_000).toString('base64') });
    const events = Array.from({ length: 24 }, () => makeEvent(accountId, { data: large() }));
    const small = makeEvent(accountId, { data: '{"small":"needle in it"}' });
    await acceptEvents(context.database, events.slice(0, 12), OPTIONS);
    await acceptEvents(context.database, [small], OPTIONS);
    await acceptEvents(context.database, events.slice(12), OPTIONS);
    const { ids, parts } = await searchAll({ accountId, data: 'needle in it' });
    expect(ids).toEqual([small.id]);
    expect(parts).toBeGreaterThan(1);
    // Without a text their data is not read.
    expect((await searchAll({ accountId, type: 'contact.*' })).parts).toBe(1);
  });

  test('finds a text however JSON writes it', () => {
    expect(needlesOf('plain')).toEqual(['plain']);
    expect(needlesOf('a "b"')).toEqual(['a "b"', String.raw`a \"b\"`]);
    expect(needlesOf('é😀')).toEqual(['é😀', String.raw`\u00e9\ud83d\ude00`]);
  });

  test('goes by the index of the account', async () => {
    const plan = await context.database.prisma.$queryRaw<object[]>`
      EXPLAIN SELECT id FROM events WHERE account_id = 1 AND id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'
      ORDER BY id DESC LIMIT 2000`;
    expect(JSON.stringify(plan)).toMatch(/account_id_id_idx/);
  });
});
