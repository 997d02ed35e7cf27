import type { Page } from '@posthorn/contracts';

/** What every list takes. */
export interface PageParams {
  /** Items in a page, 1 to 200. Default 50. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** Every item from the page that `params` names to the last page. A page is asked for when the one before is used up. */
export async function* eachItem<P extends PageParams, T>(
  params: P,
  getPage: (params: P) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | null | undefined = params.cursor;
  while (cursor !== null) {
    const page: Page<T> = await getPage({ ...params, cursor });
    yield* page.items;
    cursor = page.nextCursor;
  }
}
