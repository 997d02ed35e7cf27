import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { SearchStep } from '@posthorn/database';
import { uuidBound } from '@posthorn/domain';
import { searchPage } from './search-page.ts';

/** Rows, newest first; a step looks at so many of them, of which those that are even are found. */
const searchFrom =
  (rows: readonly number[], atOnce: number, takesMs = 0) =>
  async ({ belowId, limit }: { belowId: string | null; limit: number }): Promise<SearchStep<number>> => {
    if (takesMs > 0) await wait(takesMs);
    const ahead = rows.filter((row) => belowId === null || uuidBound(row) < belowId);
    const seen = ahead.slice(0, atOnce);
    const found = seen.filter((row) => row % 2 === 0);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : seen.at(-1);
    const isEnd = found.length <= limit && ahead.length <= atOnce;
    return { items, position: isEnd || last === undefined ? null : uuidBound(last) };
  };

const ROWS = Array.from({ length: 1000 }, (_, nth) => 2000 - nth);
const EVEN = ROWS.filter((row) => row % 2 === 0);

describe('a page of a search', () => {
  test.each([1, 7, 100, 5000])('with steps of %d rows: every item comes once and in order', async (atOnce) => {
    for (const limit of ['1', '9', '200']) {
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const query: { limit: string; cursor?: string } = cursor === null ? { limit } : { limit, cursor };
        const page = await searchPage('rows', query, searchFrom(ROWS, atOnce), (row) => row);
        expect(page.items.length).toBeLessThanOrEqual(Number(limit));
        seen.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(EVEN);
    }
  });

  test('gives what it has once it has searched for long, says how far it came, and goes on from there', async () => {
    const slow = searchFrom(ROWS, 2, 200);
    const first = await searchPage('rows', { limit: '50' }, slow, (row) => row);
    expect(first.items).toEqual([2000, 1998]);
    expect(first.searchedUntil).toBe(new Date(1997).toISOString());
    const next = { limit: '3', cursor: first.nextCursor ?? '' };
    expect((await searchPage('rows', next, searchFrom(ROWS, 100), (row) => row)).items).toEqual([1996, 1994, 1992]);
  });

  test('is the last one when everything was looked at, found or not', async () => {
    const nothing = await searchPage('rows', { limit: '5' }, searchFrom([], 5), (row) => row);
    expect(nothing).toEqual({ items: [], nextCursor: null, searchedUntil: null });
  });

  test('ends even where every step finds nothing and leads on', async () => {
    let steps = 0;
    const forever = async (): Promise<SearchStep<number>> => {
      steps += 1;
      return { items: [], position: uuidBound(10_000 - steps) };
    };
    const page = await searchPage('rows', { limit: '5' }, forever, (row) => row);
    expect([page.items, page.nextCursor === null]).toEqual([[], false]);
    expect(steps).toBeLessThanOrEqual(500);
  });
});
