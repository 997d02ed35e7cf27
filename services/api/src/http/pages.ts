import type { Page, PageQuery } from '@posthorn/contracts';
import { invalidField } from './read-input.ts';

/** How the keys of a list look. */
type KeyForm = 'integer' | 'uuid';

const KEY_PATTERNS = {
  integer: /^[1-9]\d{0,9}$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
} as const satisfies Record<KeyForm, RegExp>;

const MAX_INTEGER = 2_147_483_647;

/** A list whose pages are bound to the key of the last item shown, so that rows that come and go shift nothing. */
export interface Paging<T> {
  /** In the cursor, so that one of another list is refused. */
  list: string;
  key: KeyForm;
  keyOf(item: T): string | number;
}

const encodeCursor = (list: string, key: string | number): string =>
  Buffer.from(`${list}:${key}`).toString('base64url');

/** @throws PosthornError `validation_failed` when the cursor is not one that this list gave. */
const decodeCursor = <T>({ list, key: form }: Paging<T>, cursor: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const key = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  if (!KEY_PATTERNS[form].test(key) || (form === 'integer' && Number(key) > MAX_INTEGER)) {
    throw invalidField('cursor', 'cursor.invalid', 'cursor must be the nextCursor of a page of this list');
  }
  return key;
};

/**
 * One page of a list. `load` gets the key after which to go on (null at the start) and one item more than the page shows:
 * whether it comes tells whether there is another page.
 */
export const readPage = async <T, V>(
  paging: Paging<T>,
  query: PageQuery,
  load: (input: { afterKey: string | null; limit: number }) => Promise<T[]>,
  view: (item: T) => V,
): Promise<Page<V>> => {
  const limit = Number(query.limit);
  const afterKey = query.cursor === undefined ? null : decodeCursor(paging, query.cursor);
  const items = await load({ afterKey, limit: limit + 1 });
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = items.length > limit && last !== undefined ? encodeCursor(paging.list, paging.keyOf(last)) : null;
  return { items: shown.map(view), nextCursor };
};
