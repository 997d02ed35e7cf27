import {
  openStreamQuerySchema,
  STREAM_KINDS,
  STREAM_MEMORY_SECONDS,
  type StreamItem,
  type StreamKind,
} from '@posthorn/contracts';
import { findTokenScopes, loadLiveAttempts, webhookExists } from '@posthorn/database';
import { authOf, hasScope } from '@posthorn/runtime';
import type { Request, Response } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { EVENT_STREAM, type EventStream, openEventStream } from '../http/event-stream.ts';
import { noSuch, readQuery } from '../http/read-input.ts';
import { createAllowance } from './allowance.ts';
import { type Listener, type LiveFeed, viewLiveAttempt, wants } from './live-feed.ts';
import { listMissedChanges } from './watch-account.ts';
import { listMissedAttempts } from './watch-attempts.ts';

type Deps = Pick<ApiDeps, 'database' | 'logger'>;

/** It ends when its reader leaves or reads too slowly, and from here when its token is not valid any more, or the service stops. */
type LiveStream = EventStream<'token' | 'stopping'>;

/** What may wait in this process for one reader: some 2,500 attempts. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const RECONNECT_MS = 2000;

/** How often a stream sees whether its token is still valid, and shows that it lives. */
const TOKEN_CHECK_MS = 5000;
const CHECKS_BETWEEN_BEATS = 3;

/** Of what a stream has missed that goes on from a cursor: the newest. */
const MAX_MISSED_SHOWN = 1000;

const readKinds = (only: string | undefined): ReadonlySet<StreamKind> =>
  new Set(only === undefined ? STREAM_KINDS : (only.split(',') as StreamKind[]));

/** The cursor of `Last-Event-ID`, no older than is remembered; null when there is none: what is none is passed over, as HTML says. */
const readCursor = (request: Request): number | null => {
  const text = request.get('last-event-id') ?? '';
  if (!/^\d{1,15}$/.test(text)) return null;
  const nowMs = Date.now();
  return Math.min(nowMs, Math.max(Number(text), nowMs - STREAM_MEMORY_SECONDS * 1000));
};

/** What happened since a cursor, oldest first by kind. */
const listMissed = async (
  { database }: Deps,
  listener: Pick<Listener, 'accountId' | 'webhookId' | 'kinds'>,
  cursorMs: number,
): Promise<StreamItem[]> => {
  const { accountId } = listener;
  const changes = await listMissedChanges(database, { accountId, cursorMs });
  const owned = await listMissedAttempts(database, { accountId, cursorMs });
  const own = owned.filter(({ webhookId }) => wants(listener, 'attempt', webhookId));
  const shown = own.slice(-MAX_MISSED_SHOWN);
  const loaded = await loadLiveAttempts(
    database,
    shown.map(({ id }) => id),
  );
  const skipped = own.length - shown.length;
  return [
    ...changes.filter(({ type, data }) => wants(listener, type, data.webhookId)),
    ...(skipped === 0 ? [] : [{ type: 'skipped', data: { attempts: skipped } } as const]),
    ...shown.flatMap(({ id }) => {
      const attempt = loaded.get(id);
      return attempt === undefined ? [] : [viewLiveAttempt(attempt)];
    }),
  ];
};

/** It is the cursor of this moment as well. */
const beat = (stream: LiveStream): void => stream.comment(String(Date.now()));

/** Ends the stream when its token does not allow it any more, and beats. Null: a token that has no row, and is never revoked. */
const watchToken = ({ database, logger }: Deps, tokenId: string | null, stream: LiveStream): NodeJS.Timeout => {
  let checks = 0;
  return setInterval(() => {
    checks += 1;
    if (checks % CHECKS_BETWEEN_BEATS === 0) beat(stream);
    if (tokenId === null) return;
    findTokenScopes(database, tokenId).then(
      (scopes) => {
        if (scopes === null || !hasScope({ scopes }, 'read')) stream.end('token');
      },
      (error: unknown) => logger.debug({ err: error }, 'stream.token_not_checked'),
    );
  }, TOKEN_CHECK_MS);
};

/** What the streams of this process share. */
export interface StreamParts {
  feed: LiveFeed;
  /** Takes a place for a stream of an account; gives what frees it. @throws PosthornError `too_many_requests` */
  takePlace(accountId: number): () => void;
}

/**
 * Answers with a stream of what happens in the account, until its reader leaves or cannot follow, its token is revoked, or
 * the service stops.
 * @throws PosthornError `validation_failed`, `not_found`, `too_many_requests`, `unavailable`
 */
export const openStream = async (
  deps: Deps,
  { feed, takePlace }: StreamParts,
  request: Request,
  response: Response,
): Promise<void> => {
  const { accountId, tokenId } = authOf(response);
  const query = readQuery(openStreamQuerySchema, request.query);
  const webhookId = query.webhookId === undefined ? null : Number(query.webhookId);
  if (webhookId !== null && !(await webhookExists(deps.database, { id: webhookId, accountId })))
    throw noSuch('webhook');
  if (request.method === 'HEAD') {
    response.type(EVENT_STREAM).end();
    return;
  }

  const cursorMs = readCursor(request);
  const leavers = [takePlace(accountId)];
  const leave = (): void => leavers.splice(0).forEach((free) => free());
  let stream: LiveStream | undefined;
  let sent = 0;
  let stopped = false;
  /** What happens while it is found out what was missed. */
  const early: { items: readonly StreamItem[]; cursorMs: number }[] = [];
  const send = (items: readonly StreamItem[], itemsCursorMs: number): void => {
    sent += items.length;
    // One that goes on from there gets what comes later, and perhaps this once more.
    for (const { type, data } of items) stream?.send({ type, data, id: itemsCursorMs });
  };
  const listener: Listener = {
    accountId,
    webhookId,
    kinds: readKinds(query.only),
    allowance: createAllowance(),
    onItems(items, itemsCursorMs) {
      if (stream === undefined) early.push({ items, cursorMs: itemsCursorMs });
      else send(items, itemsCursorMs);
    },
    onStop() {
      stopped = true;
      stream?.end('stopping');
    },
  };
  try {
    leavers.push(await feed.join(listener));
    const missed = cursorMs === null ? [] : await listMissed(deps, listener, cursorMs);
    // Its reader has gone meanwhile.
    if (response.destroyed) {
      leave();
      return;
    }
    stream = openEventStream(response, {
      maxUnreadBytes: MAX_UNREAD_BYTES,
      reconnectMs: RECONNECT_MS,
      onEnd(reason) {
        leave();
        response.locals['logFields'] = { streamEnd: reason, items: sent };
      },
    });
    const timer = watchToken(deps, tokenId, stream);
    leavers.push(() => clearInterval(timer));
    beat(stream);
    if (cursorMs !== null) send(missed, cursorMs);
    for (const late of early.splice(0)) send(late.items, late.cursorMs);
    if (stopped) stream.end('stopping');
  } catch (error) {
    leave();
    throw error;
  }
};
