import type { Page, PageQuery, PosthornError } from '@posthorn/contracts';
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

/** The cursor of what follows a key. */
export const encodeCursor = (list: string, key: string | number): string =>
  Buffer.from(`${list}:${key}`).toString('base64url');

/** The key in a cursor; null when it is not one that this list gave. */
export const readCursor = ({ list, key: form }: Pick<Paging<never>, 'list' | 'key'>, cursor: string): string | null => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const key = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  return !KEY_PATTERNS[form].test(key) || (form === 'integer' && Number(key) > MAX_INTEGER) ? null : key;
};

/** What is said of a cursor that is none. */
export const invalidCursor = (): PosthornError =>
  invalidField('cursor', 'cursor.invalid', 'cursor must be the nextCursor of a page of this list');

/** @throws PosthornError `validation_failed` when the cursor is not one that this list gave. */
export const decodeCursor = (paging: Pick<Paging<never>, 'list' | 'key'>, cursor: string): string => {
  const key = readCursor(paging, cursor);
  if (key === null) throw invalidCursor();
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
