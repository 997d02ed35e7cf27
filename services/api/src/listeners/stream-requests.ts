import { connectListener, newId } from '@posthorn/database';
import { authOf } from '@posthorn/runtime';
import type { Response } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { openEventStream } from '../http/event-stream.ts';
import { noSuch } from '../http/read-input.ts';
import type { RequestHub } from './hand-out-requests.ts';

/** Some requests of the largest size. A client that takes nothing more is as good as gone. */
const MAX_UNREAD_BYTES = 8_000_000;

/**
 * Sends the requests of a listener to its client, for as long as it is connected.
 * @throws PosthornError `not_found`, `overloaded`
 */
export const streamRequests = async (
  { database }: Pick<ApiDeps, 'database'>,
  hub: RequestHub,
  { listenerId, response }: { listenerId: string; response: Response },
): Promise<void> => {
  const { accountId, tokenId } = authOf(response);
  const connection = newId();
  if (!(await connectListener(database, { id: listenerId, accountId }, connection))) throw noSuch('listener');
  const disconnect = hub.connect({
    connection,
    listenerId,
    tokenId,
    onRequest: (data) => stream.send({ type: 'request', data }),
    onBeat: () => stream.comment('listening'),
    onEnd(reason) {
      if (reason !== null) stream.send({ type: 'end', data: { reason } });
      stream.end('ended');
    },
  });
  // It was gone before there was anything to take out.
  if (response.destroyed) {
    disconnect();
    return;
  }
  // The hub has nothing to say before this turn of the event loop is over.
  const stream = openEventStream<'ended'>(response, { maxUnreadBytes: MAX_UNREAD_BYTES, onEnd: disconnect });
  // Before the first request: the client learns that it is connected.
  stream.comment('listening');
};
