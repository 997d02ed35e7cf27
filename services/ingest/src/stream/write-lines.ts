import type { ServerResponse } from 'node:http';

export interface LineWriter {
  /** Resolves when the client has taken enough for more to be written, or has gone. Never rejects. */
  write(text: string): Promise<void>;
  /** Writes the last text, ends the answer and, where the client still sends, the connection. */
  end(text: string): void;
}

/** Results that may wait in this process for a client: enough for one that reads only after it has sent 10,000 events. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** How long a client that still sends may take to read the end of its answer. */
const LINGER_MS = 2000;

/** How long a client that does not read is waited for once the service stops. */
const STOPPING_STALL_MS = 2000;

/**
 * Begins the answer, at once: a client may wait for it before it sends. Node would close the connection with the end of the
 * answer where the client asks for that; here `linger` does.
 * @returns whether the connection is to end with the answer.
 */
const begin = (response: ServerResponse): boolean => {
  const closes = !response.shouldKeepAlive;
  response.shouldKeepAlive = true;
  response.writeHead(202, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  return closes;
};

/**
 * Closing a socket while the client sends would reset the connection, and it might lose the last lines: what it sends is
 * passed over for a moment, until it has read them.
 */
const linger = (response: ServerResponse, { closes, stallMs }: { closes: boolean; stallMs: number }): void => {
  const { req: request, socket } = response;
  if (socket === null) return;
  let timer = setTimeout(() => socket.destroy(), stallMs);
  const finish = (): void => {
    clearTimeout(timer);
    if (closes) socket.destroySoon();
  };
  socket.once('close', () => clearTimeout(timer));
  response.once('finish', () => {
    if (request.complete) {
      finish();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => socket.destroy(), LINGER_MS);
    request.once('end', finish);
  });
  request.resume();
};

/** Begins the answer, and writes as fast as the client reads. One that reads nothing for `stallMs` loses the connection. */
export const createLineWriter = (response: ServerResponse, stallMs: number, stopping: AbortSignal): LineWriter => {
  const closes = begin(response);
  return {
    write: (text) =>
      new Promise((resolve) => {
        if (response.destroyed || response.write(text) || response.writableLength < MAX_UNREAD_BYTES) {
          resolve();
          return;
        }
        let timer = setTimeout(() => response.destroy(), stallMs);
        const hurry = (): void => {
          clearTimeout(timer);
          timer = setTimeout(() => response.destroy(), Math.min(stallMs, STOPPING_STALL_MS));
        };
        const finish = (): void => {
          clearTimeout(timer);
          response.removeListener('drain', finish);
          response.removeListener('close', finish);
          stopping.removeEventListener('abort', hurry);
          resolve();
        };
        response.once('drain', finish);
        response.once('close', finish);
        stopping.addEventListener('abort', hurry);
        if (stopping.aborted) hurry();
      }),
    end(text) {
      if (response.destroyed) return;
      response.end(text);
      linger(response, { closes, stallMs });
    },
  };
};
