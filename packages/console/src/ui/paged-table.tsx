import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page, SearchedPage } from '../api/types.ts';
import { useSession } from '../session/session.tsx';
import { Empty, Moment } from './bits.tsx';
import { Button } from './button.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { Skeleton } from './skeleton.tsx';
import { Table, type TableProps } from './table.tsx';

export interface PagedTableProps<T> extends Omit<TableProps<T>, 'items'> {
  /** Without the account, which is put before it. */
  queryKey: QueryKey;
  read: (cursor: string | null, signal: AbortSignal) => Promise<Page<T> | SearchedPage<T>>;
  /** Shown in place of an empty list. */
  empty: ReactNode;
}

/** Items of a page; those that came again, because the list moved meanwhile, once. */
const joinPages = <T,>(pages: readonly Page<T>[], keyOf: (item: T) => string | number): T[] => {
  const byKey = new Map(pages.flatMap(({ items }) => items.map((item) => [keyOf(item), item] as const)));
  return [...byKey.values()];
};

/** A list of the API, page after page, with all that can become of it. */
export const PagedTable = <T,>({ queryKey, read, empty, ...table }: PagedTableProps<T>) => {
  const { accountId } = useSession();
  const list = useInfiniteQuery({
    queryKey: [accountId, ...queryKey],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
  if (list.data === undefined) {
    if (list.isError) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
    return <Skeleton lines={6} label={`Loading ${table.label}`} />;
  }
  const items = joinPages(list.data.pages, table.keyOf);
  const last = list.data.pages.at(-1);
  // A search looks through a part of what there is, and says how far back it came.
  const searchedUntil = last !== undefined && 'searchedUntil' in last ? last.searchedUntil : null;
  const isPartial = list.hasNextPage && searchedUntil !== null;
  return (
    <div className="stack" aria-busy={list.isFetching}>
      {list.isError && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
      {items.length === 0 ? (
        <Empty>{isPartial ? 'Nothing found so far.' : empty}</Empty>
      ) : (
        <Table {...table} items={items} />
      )}
      <div className="row">
        {list.hasNextPage && (
          <Button isBusy={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {isPartial ? 'Search further back' : 'Show more'}
          </Button>
        )}
        {isPartial && (
          <span className="muted">
            Searched back to <Moment at={searchedUntil} />.
          </span>
        )}
      </div>
    </div>
  );
};
