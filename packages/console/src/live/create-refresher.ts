import type { Query, QueryClient } from '@tanstack/react-query';
import type { StreamItem } from '../api/types.ts';

/** What is read again at most so often, however much happens. */
const EVERY_MS = 2000;

/** Kinds of queries that an item of the stream makes old. A query's key is `[account, kind, …]`. */
const OF_ATTEMPTS = [
  'stats',
  'webhook-stats',
  'deliveries',
  'delivery',
  'events',
  'event',
  'webhooks',
  'webhook',
  'failing',
];
const KINDS: Readonly<Record<StreamItem['type'], readonly string[]>> = {
  attempt: OF_ATTEMPTS,
  skipped: OF_ATTEMPTS,
  state: ['webhook', 'webhooks', 'failing', 'webhook-stats', 'history', 'notices', 'views'],
  replay: ['replays'],
};

const ALL_KINDS: readonly string[] = Object.values(KINDS).flat();

export interface Refresher {
  note(item: StreamItem): void;
  /** A connection begins, and nobody has told what happened before it: everything may be old. */
  noteGap(): void;
  stop(): void;
}

/** Has the pages that are open read again what the stream says has changed; a replay is put in place as it comes. */
export const createRefresher = (queries: QueryClient, accountId: number): Refresher => {
  let due = new Set<unknown>();
  const isDue = ({ queryKey: [account, kind] }: Query): boolean => account === accountId && due.has(kind);
  const timer = setInterval(() => {
    if (due.size === 0) return;
    const old = queries.getQueryCache().findAll({ predicate: isDue });
    // What is being read just now may be of before: it is read again once it is there. To begin it anew would never let it
    // come to its end where it takes longer than this, and would leave the server with all that was begun.
    const idle = new Set(old.filter(({ state }) => state.fetchStatus === 'idle'));
    due = new Set(old.filter((query) => !idle.has(query)).map(({ queryKey: [, kind] }) => kind));
    void queries.invalidateQueries({ predicate: (query) => idle.has(query) });
  }, EVERY_MS);
  const noteKinds = (kinds: readonly string[]): void => {
    for (const kind of kinds) due.add(kind);
  };
  return {
    note(item) {
      noteKinds(KINDS[item.type]);
      if (item.type === 'replay') {
        queries.setQueryData([accountId, 'replay', item.data.id], item.data);
        if (item.data.finished !== null) noteKinds(KINDS.attempt);
      }
    },
    noteGap: () => noteKinds(ALL_KINDS),
    stop: () => clearInterval(timer),
  };
};
