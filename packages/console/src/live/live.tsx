import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { followStream, type StreamStatus } from '../api/follow-stream.ts';
import type { StreamAttempt, StreamItem, StreamState } from '../api/types.ts';
import { useSession } from '../session/session.tsx';
import { createRefresher } from './create-refresher.ts';
import { pauseFor } from './pause-for.ts';

export interface Live {
  status: StreamStatus;
  /** The latest attempts of the account, newest first. */
  attempts: readonly StreamAttempt[];
  /** The latest changes of state, newest first. */
  states: readonly StreamState[];
  /** Attempts that were counted and not sent, because there were too many. */
  skipped: number;
}

const KEPT = 50;
const EMPTY: Live = { status: 'connecting', attempts: [], states: [], skipped: 0 };
const LiveContext = createContext<Live>(EMPTY);

const addItem = (before: Live, item: StreamItem): Live => {
  switch (item.type) {
    case 'attempt':
      // After a new connection some may come twice.
      if (before.attempts.some(({ id }) => id === item.data.id)) return before;
      return { ...before, attempts: [item.data, ...before.attempts].slice(0, KEPT) };
    case 'state':
      return { ...before, states: [item.data, ...before.states].slice(0, KEPT) };
    case 'skipped':
      return { ...before, skipped: before.skipped + item.data.attempts };
    case 'replay':
      return before;
    default:
      return item satisfies never;
  }
};

/** Follows the stream of the account, shows what comes, and has pages read again what it changed. */
export const LiveProvider = ({ children }: { children: ReactNode }) => {
  const { send, accountId } = useSession();
  const queries = useQueryClient();
  const [live, setLive] = useState(EMPTY);
  // Items come faster than a screen is drawn: they are added together once in a while.
  const waiting = useRef<StreamItem[]>([]);

  useEffect(() => {
    if (accountId === null) return undefined;
    const stop = new AbortController();
    const refresher = createRefresher(queries, accountId);
    const flush = setInterval(() => {
      const items = waiting.current.splice(0);
      if (items.length > 0) setLive((before) => items.reduce(addItem, before));
    }, 250);
    void followStream({
      send,
      signal: stop.signal,
      pause: pauseFor,
      onStatus: (status) => {
        setLive((before) => ({ ...before, status }));
        if (status === 'live') refresher.noteGap();
      },
      onItem: (item) => {
        waiting.current.push(item);
        refresher.note(item);
      },
    });
    return () => {
      stop.abort();
      clearInterval(flush);
      refresher.stop();
      waiting.current = [];
    };
  }, [send, accountId, queries]);

  return <LiveContext value={live}>{children}</LiveContext>;
};

export const useLive = (): Live => useContext(LiveContext);

const WORDS: Readonly<Record<StreamStatus, string>> = {
  connecting: 'Connecting …',
  live: 'Live',
  waiting: 'Reconnecting …',
  closed: 'Not live',
};

/** Whether what is shown moves by itself. */
export const LiveBadge = () => {
  const { status } = useLive();
  const { accountId } = useSession();
  if (accountId === null) return null;
  return (
    <span className="live-badge" data-status={status} role="status">
      {WORDS[status]}
    </span>
  );
};
