import type { ServerResponse } from 'node:http';
import type { StreamItem } from '@posthorn/contracts';

/** Why a stream ended: its reader left or read too slowly, its token is not valid any more, or the service stops. */
export type LiveEndReason = 'left' | 'slow_reader' | 'token' | 'stopping';

/** Server-sent events (WHATWG HTML, "Server-sent events") over one answer. Nothing is written after its end. */
export interface EventWriter {
  /** `cursorMs`: a stream that goes on from there gets what comes later, and perhaps this once more. */
  send(item: StreamItem, cursorMs: number): void;
  /** A comment: keeps proxies from closing a stream on which nothing happens. It is the cursor of this moment. */
  beat(cursorMs: number): void;
  end(reason: LiveEndReason): void;
}

/** What may wait in this process for one reader: some 2,500 attempts. */
export const MAX_UNREAD_BYTES = 1024 * 1024;

/** How long a browser waits before it connects again. */
const RECONNECT_MS = 2000;

/** Begins the answer. `onEnd` is told once, when nothing more will be written. */
export const createEventWriter = (response: ServerResponse, onEnd: (reason: LiveEndReason) => void): EventWriter => {
  let ended = false;
  const finish = (reason: LiveEndReason): void => {
    if (ended) return;
    ended = true;
    onEnd(reason);
  };
  // Before those who log the request look what there is to say of it.
  response.prependOnceListener('close', () => finish('left'));
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx would gather what is to arrive at once.
    'x-accel-buffering': 'no',
  });

  const write = (text: string): void => {
    if (ended) return;
    response.write(text);
    if (response.writableLength <= MAX_UNREAD_BYTES) return;
    finish('slow_reader');
    // What it has not read by now it would not read either.
    response.destroy();
  };
  write(`retry: ${RECONNECT_MS}\n\n`);

  return {
    send: ({ type, data }, cursorMs) => write(`event: ${type}\nid: ${cursorMs}\ndata: ${JSON.stringify(data)}\n\n`),
    beat: (cursorMs) => write(`: ${cursorMs}\n\n`),
    end(reason) {
      if (ended) return;
      finish(reason);
      response.end();
    },
  };
};
