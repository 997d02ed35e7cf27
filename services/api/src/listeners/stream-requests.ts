import { connectListener, newId } from '@posthorn/database';
import { authOf } from '@posthorn/runtime';
import type { Response } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch } from '../http/read-input.ts';
import type { RequestHub } from './hand-out-requests.ts';

/** A client that takes nothing more is as good as gone. */
const MAX_UNSENT_BYTES = 8_000_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Proxies that collect an answer before they pass it on would keep every request.
  'X-Accel-Buffering': 'no',
};

const COMMENT = ': listening\n\n';

/**
 * Sends the requests of a listener to its client, for as long as it is connected: server-sent events (WHATWG HTML, "Server-sent
 * events").
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
  const write = (text: string): void => {
    if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
    else response.write(text);
  };
  const send = (event: string, data: unknown): void => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const disconnect = hub.connect({
    connection,
    listenerId,
    tokenId,
    onRequest: (request) => send('request', request),
    onBeat: () => write(COMMENT),
    onEnd(reason) {
      if (reason !== null) send('end', { reason });
      response.end();
    },
  });
  response.once('close', disconnect);
  // It was gone before there was anything to take out.
  if (response.destroyed) {
    disconnect();
    return;
  }
  // Before the first request: the client learns that it is connected.
  response.writeHead(200, HEADERS).write(COMMENT);
};
