import { keepPreviousData, type QueryKey, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSession } from '../session/session.tsx';
import { Page } from './page.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { Skeleton } from './skeleton.tsx';

export interface QueryViewProps<T> {
  /** Without the account, which is put before it. */
  queryKey: QueryKey;
  read: (signal: AbortSignal) => Promise<T>;
  label: string;
  lines?: number;
  /** Where it is a page as a whole: the title while there is nothing to take one from. */
  pageTitle?: string;
  /** How often to look again by itself; for what the stream does not tell. */
  refetchMs?: number | false;
  children: (value: T) => ReactNode;
}

/** Something that is read, or its skeleton, or why it could not be read. What was read stays while it is read again. */
export const QueryView = <T,>({
  queryKey,
  read,
  label,
  lines = 4,
  pageTitle,
  refetchMs = false,
  children,
}: QueryViewProps<T>) => {
  const { accountId } = useSession();
  const query = useQuery({
    queryKey: [accountId, ...queryKey],
    queryFn: ({ signal }) => read(signal),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  const retry = (): void => void query.refetch();
  if (query.data === undefined) {
    const instead = query.isError ? (
      <ProblemPanel error={query.error} onRetry={retry} />
    ) : (
      <Skeleton lines={lines} label={`Loading ${label}`} />
    );
    return pageTitle === undefined ? instead : <Page title={pageTitle}>{instead}</Page>;
  }
  return (
    <>
      {query.isError && <ProblemPanel error={query.error} onRetry={retry} />}
      {children(query.data)}
    </>
  );
};
