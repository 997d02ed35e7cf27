import { encodeId, type ListenerEndReason, type ListenerRequest, PosthornError } from '@posthorn/contracts';
import {
  keepListeners,
  listExistingListeners,
  listManagingTokens,
  type TakenRequest,
  takeRequests,
} from '@posthorn/database';
import { readOffered } from '@posthorn/relay';
import { type Loop, startLoop } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';

/** A connected client. Ids are UUIDs. */
export interface ConnectedClient {
  connection: string;
  listenerId: string;
  /** What it came with; null for the admin token, which is a setting. */
  tokenId: string | null;
  onRequest(request: ListenerRequest): void;
  /** Now and then, so that a connection that is dead is noticed on both sides. */
  onBeat(): void;
  /** It gets nothing more. Null: this process stops and another may go on, or its token was revoked, which it is told then. */
  onEnd(reason: ListenerEndReason | null): void;
}

/** Gives connected clients the requests of their listeners. */
export interface RequestHub {
  /** @returns what takes the client out again. @throws PosthornError `overloaded` when there are too many. */
  connect(client: ConnectedClient): () => void;
}

/** One query for all clients of this process, while there are any. */
const LOOK_MS = 75;
const BEAT_MS = 3000;
/** Each is an open connection and a place in that query. */
const MAX_CLIENTS = 1000;

const showRequest = ({ id, request, deadline, remainingMs }: TakenRequest): ListenerRequest => ({
  id: encodeId('listenerRequest', id),
  ...readOffered(request),
  deadline: deadline.toISOString(),
  remainingMs,
});

export const createRequestHub = ({
  database,
  encryption,
  logger,
  stopping,
}: Pick<ApiDeps, 'database' | 'encryption' | 'logger' | 'stopping'>): RequestHub => {
  const clients = new Map<string, ConnectedClient>();
  let loop: Loop | null = null;
  let beatAt = 0;

  const remove = (connection: string): void => {
    clients.delete(connection);
    if (clients.size > 0) return;
    void loop?.stop();
    loop = null;
  };

  const end = (client: ConnectedClient, reason: ListenerEndReason | null): void => {
    remove(client.connection);
    client.onEnd(reason);
  };

  const endRevoked = async (): Promise<void> => {
    const open = [...clients.values()].filter(({ tokenId }) => tokenId !== null);
    if (open.length === 0) return;
    const ids = new Set(open.flatMap(({ tokenId }) => tokenId ?? []));
    const managing = await listManagingTokens(database, [...ids]);
    for (const client of open) if (!managing.has(client.tokenId ?? '')) end(client, null);
  };

  /** Also finds those that another client has taken the place of, or whose listener is gone. */
  const beat = async (): Promise<void> => {
    const open = [...clients.values()];
    const kept = await keepListeners(database, [...clients.keys()]);
    const lost = open.filter(({ connection }) => !kept.has(connection));
    const ids = lost.map(({ listenerId }) => listenerId);
    const existing = lost.length === 0 ? new Set<string>() : await listExistingListeners(database, ids);
    for (const client of lost) end(client, existing.has(client.listenerId) ? 'replaced' : 'deleted');
    await endRevoked();
    for (const client of clients.values()) client.onBeat();
  };

  const handOut = async (): Promise<boolean> => {
    if (performance.now() - beatAt >= BEAT_MS) {
      beatAt = performance.now();
      await beat();
    }
    if (clients.size === 0) return false;
    for (const taken of await takeRequests(database, encryption, [...clients.keys()])) {
      clients.get(taken.connection)?.onRequest(showRequest(taken));
    }
    return false;
  };

  stopping?.addEventListener('abort', () => {
    for (const client of clients.values()) end(client, null);
  });

  return {
    connect(client) {
      if (stopping?.aborted === true || clients.size >= MAX_CLIENTS) {
        throw new PosthornError('overloaded', 'No more listeners can be connected here.', { retryAfterSeconds: 5 });
      }
      clients.set(client.connection, client);
      loop ??= startLoop({
        intervalMs: LOOK_MS,
        run: handOut,
        onLost: (error) => logger.warn({ err: error }, 'listeners.not_served'),
        onBack: () => logger.info('listeners.served_again'),
      });
      return () => remove(client.connection);
    },
  };
};
