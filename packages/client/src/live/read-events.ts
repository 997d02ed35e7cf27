import type { StreamItem } from '@posthorn/contracts';
import { type EventSettings, openEvents, type ServerEvent } from '../sse/open-events.ts';

export type LiveSettings = EventSettings;

/** What came: an item, or a sign of life. With `cursor` another connection goes on from here. */
export interface Received {
  item: StreamItem | null;
  cursor: string | null;
}

export const STREAM_REQUEST = { requestMethod: 'GET', requestPath: '/v1/stream' };

const KINDS: ReadonlySet<string> = new Set(['attempt', 'state', 'replay', 'skipped'] satisfies StreamItem['type'][]);

/** Comments are cursors; of items those of a kind that this version knows count, newer servers may have more. */
const toReceived = ({ event, data, id }: ServerEvent): Received => {
  if (event === null) return { item: null, cursor: /^\d+$/.test(data) ? data : null };
  const item = KINDS.has(event) ? ({ type: event, data: JSON.parse(data) as unknown } as StreamItem) : null;
  return { item, cursor: id };
};

/**
 * What comes over one connection until it ends; leaving the loop closes it.
 * @throws PosthornApiError when the server refuses, PosthornConnectionError when the connection is lost, the signal's reason.
 */
export async function* readEvents(
  settings: LiveSettings,
  { query, cursor, signal }: { query: string; cursor: string | null; signal: AbortSignal | undefined },
): AsyncGenerator<Received, void, undefined> {
  const request = { path: STREAM_REQUEST.requestPath, query, lastEventId: cursor, signal };
  for await (const event of openEvents(settings, request)) yield toReceived(event);
}
