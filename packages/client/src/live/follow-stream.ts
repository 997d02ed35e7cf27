import { setTimeout as pause } from 'node:timers/promises';
import type { StreamItem, StreamKind } from '@posthorn/contracts';
import type { CallOptions } from '../create-transport.ts';
import { PosthornApiError, PosthornConnectionError } from '../errors.ts';
import { isFinal, waitMs } from '../stream/reconnect.ts';
import { type LiveSettings, readEvents, STREAM_REQUEST } from './read-events.ts';

/** What a stream is narrowed down to. */
export interface StreamParams {
  /** One webhook. Default: all of them. */
  webhookId?: number | undefined;
  /** Default: all kinds. */
  only?: readonly StreamKind[] | undefined;
}

/** How long the server remembers where a stream was. */
const MEMORY_MS = 300_000;

/** A connection that takes the place of another one begins a little before its end. */
const MAX_REMEMBERED = 5000;

const createDoubles = () => {
  const ids = new Set<string>();
  return {
    isNew(item: StreamItem): boolean {
      if (item.type !== 'attempt') return true;
      if (ids.has(item.data.id)) return false;
      ids.add(item.data.id);
      const [oldest] = ids;
      if (ids.size > MAX_REMEMBERED && oldest !== undefined) ids.delete(oldest);
      return true;
    },
  };
};

const toQuery = ({ webhookId, only }: StreamParams): string => {
  const query = new URLSearchParams();
  if (webhookId !== undefined) query.append('webhookId', String(webhookId));
  if (only !== undefined) query.append('only', only.join(','));
  return query.size === 0 ? '' : `?${query.toString()}`;
};

/** As `client.stream`. */
export const createStreamFollower = ({ retries, ...settings }: LiveSettings & { retries: number }) =>
  async function* followStream(
    params: StreamParams = {},
    { signal }: CallOptions = {},
  ): AsyncGenerator<StreamItem, void, undefined> {
    const doubles = createDoubles();
    const query = toQuery(params);
    let cursor: string | null = null;
    let failures = 0;
    let aliveAtMs = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      let error: Error;
      try {
        for await (const received of readEvents(settings, { query, cursor, signal })) {
          cursor = received.cursor ?? cursor;
          failures = 0;
          aliveAtMs = performance.now();
          if (received.item !== null && doubles.isNew(received.item)) yield received.item;
        }
        error = new PosthornConnectionError({ ...STREAM_REQUEST, cause: new Error('the stream ended') });
      } catch (thrown) {
        signal?.throwIfAborted();
        if (!(thrown instanceof PosthornApiError || thrown instanceof PosthornConnectionError)) throw thrown;
        error = thrown;
      }
      failures += 1;
      // One that was open goes on for as long as nothing would be missed; one that never was may have a wrong address.
      const isHopeless = cursor === null ? failures > retries : performance.now() - aliveAtMs > MEMORY_MS;
      if (isFinal(error) || isHopeless) throw error;
      await pause(waitMs(error, failures), undefined, signal === undefined ? {} : { signal }).catch(
        (thrown: unknown) => {
          signal?.throwIfAborted();
          throw thrown;
        },
      );
    }
  };
