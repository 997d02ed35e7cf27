/** Which part of the list a client asks for. */
export interface Page {
  number: number;
  perPage: number;
  /** Whether the client said how many a page has: links repeat it then. */
  perPageGiven: boolean;
}

const DEFAULT_PER_PAGE = 15;
const MAX_PER_PAGE = 100;

/** Of a parameter that is there more than once the last one counts, as in PHP. */
const lastOf = (value: unknown): unknown => (Array.isArray(value) ? (value.at(-1) as unknown) : value);

/** A positive integer as written in digits; null for anything else. */
const readCount = (value: unknown): number | null => {
  const text = lastOf(value);
  const count = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return count > 0 ? count : null;
};

/** `page` and `per_page`; what is no positive integer counts as not given, more than 100 a page as 100. */
export const readPage = (query: Readonly<Record<string, unknown>>): Page => ({
  number: readCount(query['page']) ?? 1,
  perPage: Math.min(readCount(query['per_page']) ?? DEFAULT_PER_PAGE, MAX_PER_PAGE),
  perPageGiven: Object.hasOwn(query, 'per_page'),
});

/** Where a page begins, and null when it is beyond the end. */
export const offsetOf = ({ number, perPage }: Page, total: number): number | null => {
  const offset = (number - 1) * perPage;
  return offset < total ? offset : null;
};

/**
 * `links` and `meta` of a list, as Laravel's paginator has them (illuminate/pagination, LengthAwarePaginator).
 * @param path absolute URL of the list.
 * @param shown how many webhooks are on this page.
 */
export const describePage = (page: Page, { path, total, shown }: { path: string; total: number; shown: number }) => {
  const { number, perPage } = page;
  const lastPage = Math.max(1, Math.ceil(total / perPage));
  const link = (to: number): string => `${path}?${page.perPageGiven ? `per_page=${perPage}&` : ''}page=${to}`;
  const from = shown === 0 ? null : (number - 1) * perPage + 1;
  return {
    links: {
      first: link(1),
      last: link(lastPage),
      prev: number > 1 ? link(number - 1) : null,
      next: number < lastPage ? link(number + 1) : null,
    },
    meta: {
      current_page: number,
      from,
      last_page: lastPage,
      path,
      per_page: perPage,
      to: from === null ? null : from + shown - 1,
      total,
    },
  };
};
