import { expect, test } from '@jest/globals';
import { PosthornError } from '@posthorn/contracts';
import fc from 'fast-check';
import { type Paging, readPage } from './pages.ts';

const RUNS = { numRuns: 300, seed: 20261121 };

interface Item {
  id: number;
}

const paging: Paging<Item> = { list: 'things', key: 'integer', keyOf: ({ id }) => id };

/** Newest first, as lists are. */
const loadFrom =
  (ids: readonly number[]) =>
  ({ afterKey, limit }: { afterKey: string | null; limit: number }): Promise<Item[]> =>
    Promise.resolve(
      ids
        .filter((id) => afterKey === null || id < Number(afterKey))
        .toSorted((a, b) => b - a)
        .slice(0, limit)
        .map((id) => ({ id })),
    );

const read = (ids: readonly number[], limit: number, cursor?: string) =>
  readPage(
    paging,
    { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) },
    loadFrom(ids),
    ({ id }) => id,
  );

const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 2_147_483_647 }), { maxLength: 60 });

test('from page to page every item comes once and in order, however large the pages are', async () => {
  await fc.assert(
    fc.asyncProperty(someIds, fc.integer({ min: 1, max: 20 }), async (ids, limit) => {
      const seen: number[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await read(ids, limit, cursor);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items);
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(ids.toSorted((a, b) => b - a));
    }),
    RUNS,
  );
});

test('items that come and go between two pages neither double nor drop one that stays', async () => {
  await fc.assert(
    fc.asyncProperty(someIds, someIds, fc.integer({ min: 1, max: 20 }), async (ids, others, limit) => {
      const first = await read(ids, limit);
      if (first.nextCursor === null) return;
      const second = await read([...new Set([...ids, ...others])], limit * 10, first.nextCursor);
      expect(second.items.filter((id) => first.items.includes(id))).toEqual([]);
      expect(second.items.every((id) => id < (first.items.at(-1) ?? 0))).toBe(true);
    }),
    RUNS,
  );
});

test('a cursor that no page of this list gave is refused, whatever it is', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.string().map((inside) => Buffer.from(`things:${inside}`).toString('base64url')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (cursor) => {
      const page = await read([1, 2, 3], 2, cursor).catch((error: unknown) => error);
      if (page instanceof Error) {
        expect(page).toBeInstanceOf(PosthornError);
        expect((page as PosthornError).code).toBe('validation_failed');
      }
    }),
    RUNS,
  );
});
