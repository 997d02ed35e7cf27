import type { QueryClient } from '@tanstack/react-query';
import type { StreamItem } from '../api/types.ts';

/** What is read again at most so often, however much happens. */
const EVERY_MS = 2000;

/** Kinds of queries that an item of the stream makes old. A query's key is `[account, kind, …]`. */
const KINDS: Readonly<Record<StreamItem['type'], readonly string[]>> = {
  attempt: ['stats', 'webhook-stats', 'deliveries', 'delivery', 'event', 'events', 'failing', 'webhook'],
  skipped: ['stats', 'webhook-stats', 'deliveries', 'events'],
  state: ['webhook', 'webhooks', 'failing', 'webhook-stats', 'history', 'notices', 'views'],
  replay: ['replays'],
};

export interface Refresher {
  note(item: StreamItem): void;
  stop(): void;
}

/** Has the pages that are open read again what the stream says has changed; a replay is put in place as it comes. */
export const createRefresher = (queries: QueryClient, accountId: number): Refresher => {
  let due = new Set<string>();
  const timer = setInterval(() => {
    const kinds = due;
    if (kinds.size === 0) return;
    due = new Set();
    void queries.invalidateQueries({
      predicate: ({ queryKey: [account, kind] }) =>
        account === accountId && typeof kind === 'string' && kinds.has(kind),
    });
  }, EVERY_MS);
  return {
    note(item) {
      for (const kind of KINDS[item.type]) due.add(kind);
      if (item.type === 'replay') {
        queries.setQueryData([accountId, 'replay', item.data.id], item.data);
        if (item.data.finished !== null) for (const kind of KINDS.attempt) due.add(kind);
      }
    },
    stop: () => clearInterval(timer),
  };
};
