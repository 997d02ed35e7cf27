import { setTimeout as wait } from 'node:timers/promises';
import type { CreateListenerBody, ListenerAnswerBody, ListenerRequest, ListenerView } from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';
import { PosthornApiError, PosthornConnectionError } from './errors.ts';
import { backoffMs } from './retry-rules.ts';
import { type EventSettings, openEvents, type ServerEvent } from './sse/open-events.ts';

export interface ListenOptions extends CallOptions {
  /** Told each time the connection is made. */
  onConnected?: (() => void) | undefined;
  /** Told each time it is lost; it is made again. */
  onLost?: ((error: Error) => void) | undefined;
  /** How long to try to get it back. Default an hour, after which the server deletes the listener. */
  giveUpAfterMs?: number | undefined;
}

const GIVE_UP_AFTER_MS = 3_600_000;
/** A request may come again on a new connection; none lives longer than a minute. */
const REMEMBERED_REQUESTS = 10_000;

/** A connection that lasted so long was a good one: the first try to get it back comes soon. */
const STEADY_MS = 5000;

const pathOf = (id: string): string => `/v1/listeners/${idSegment(id)}`;

/** A lost connection, and what a server says that is away or starts anew. */
const mayComeBack = (error: unknown): error is Error =>
  error instanceof PosthornConnectionError ||
  (error instanceof PosthornApiError && (error.status >= 500 || error.status === 429));

const readEnd = (path: string, { data }: ServerEvent): PosthornApiError => {
  const { reason } = JSON.parse(data) as { reason: string };
  const isReplaced = reason === 'replaced';
  return new PosthornApiError({
    requestMethod: 'GET',
    requestPath: path,
    status: isReplaced ? 409 : 404,
    code: isReplaced ? 'conflict' : 'not_found',
    detail: isReplaced ? 'Another client is connected to this listener now.' : 'The listener was deleted.',
  });
};

/** Each id once, of those that came lately. */
const createFilter = (): ((id: string) => boolean) => {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return false;
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > REMEMBERED_REQUESTS && oldest !== undefined) seen.delete(oldest);
    return true;
  };
};

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  wait(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });

async function* followRequests(
  settings: EventSettings,
  id: string,
  { signal, onConnected, onLost, giveUpAfterMs = GIVE_UP_AFTER_MS }: ListenOptions,
): AsyncGenerator<ListenerRequest, void, undefined> {
  const path = `${pathOf(id)}/requests`;
  const isNew = createFilter();
  let openUntil = performance.now();
  let failures = 0;
  for (;;) {
    const connection: { openedAt: number | null } = { openedAt: null };
    const onOpen = (): void => {
      connection.openedAt = performance.now();
      onConnected?.();
    };
    let lost = new Error('the server ended the stream');
    try {
      for await (const event of openEvents(settings, { path, signal, onOpen })) {
        if (event.event === 'end') throw readEnd(path, event);
        if (event.event !== 'request') continue;
        const request = JSON.parse(event.data) as ListenerRequest;
        if (isNew(request.id)) yield request;
      }
    } catch (error) {
      if (!mayComeBack(error)) throw error;
      lost = error;
    }
    const now = performance.now();
    const { openedAt } = connection;
    if (openedAt !== null) openUntil = now;
    if (now - openUntil > giveUpAfterMs) throw lost;
    failures = openedAt !== null && now - openedAt > STEADY_MS ? 1 : failures + 1;
    onLost?.(lost);
    await pause(backoffMs(failures), signal);
  }
}

/** Listeners: webhooks that are received over a connection that is opened from here. Scope `manage`. */
export const createListenerCalls = (send: Transport, settings: EventSettings) => ({
  /**
   * Makes a listener with its webhook. It is deleted when no client has been connected for an hour.
   * @example const listener = await client.listeners.create({ events: ['contact.*'] });
   */
  create: (body: CreateListenerBody, options: CallOptions = {}) =>
    send<ListenerView>({ method: 'POST', path: '/v1/listeners', body, ...options }),
  /** Deletes it with its webhook. `id` is an `lsn_…`. */
  delete: async (id: string, options: CallOptions = {}): Promise<void> => {
    await send({ method: 'DELETE', path: pathOf(id), ...options });
  },
  /**
   * The requests of a listener as they come, until the signal aborts; a connection that is lost is made again, and nothing is
   * lost or given twice. Each has to be answered before its deadline; take the next one meanwhile.
   * @throws PosthornApiError `conflict` when another client has taken over, `not_found` when the listener is gone.
   * @example
   * for await (const request of client.listeners.requests(listener.id)) {
   *   const { payload } = verifyWebhook(Buffer.from(request.body, 'base64'), request.headers, listener.secret);
   *   await client.listeners.answer(listener.id, { requestId: request.id, status: 204 });
   * }
   */
  requests: (id: string, options: ListenOptions = {}): AsyncIterable<ListenerRequest> =>
    followRequests(settings, id, options),
  /** What became of a request. One that comes too late changes nothing. */
  answer: (id: string, body: ListenerAnswerBody, options: CallOptions = {}): Promise<void> =>
    send<void>({ method: 'POST', path: `${pathOf(id)}/answers`, body, repeatable: true, ...options }),
});
