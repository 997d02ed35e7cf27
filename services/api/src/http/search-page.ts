import type { PageQuery, SearchedPage } from '@posthorn/contracts';
import type { SearchStep } from '@posthorn/database';
import { uuidTime } from '@posthorn/domain';
import { decodeCursor, encodeCursor } from './pages.ts';

/** A search that has taken so long gives what it has: a page comes within a second, whatever is stored. */
const LONG_ENOUGH_MS = 300;
/** Parts of a search that has no end of its own, were they ever so quick. */
const MAX_STEPS = 500;

/** When a position was; null for one that no row has given. */
const timeOf = (position: string): string | null => {
  const time = new Date(uuidTime(position));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
};

/**
 * One page of a list that is searched, newest first. `step` looks at the next part, below a position, and gives at most
 * `limit` items. It is asked until the page is full, nothing is left, or long enough was searched; the cursor has the
 * position then, so that the next page goes on where this one stopped and skips nothing.
 */
export const searchPage = async <T, V>(
  list: string,
  query: PageQuery,
  step: (input: { belowId: string | null; limit: number }) => Promise<SearchStep<T>>,
  view: (item: T) => V,
): Promise<SearchedPage<V>> => {
  const limit = Number(query.limit);
  const items: V[] = [];
  const startedAt = performance.now();
  let position = query.cursor === undefined ? null : decodeCursor({ list, key: 'uuid' }, query.cursor);
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const found = await step({ belowId: position, limit: limit - items.length });
    items.push(...found.items.map(view));
    ({ position } = found);
    if (position === null || items.length >= limit || performance.now() - startedAt > LONG_ENOUGH_MS) break;
  }
  return position === null
    ? { items, nextCursor: null, searchedUntil: null }
    : { items, nextCursor: encodeCursor(list, position), searchedUntil: timeOf(position) };
};
