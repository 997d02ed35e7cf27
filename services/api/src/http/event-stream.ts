import type { ServerResponse } from 'node:http';

export interface SentEvent {
  type: string;
  /** Anything that JSON can hold. */
  data: unknown;
  /** What a reader that comes again goes on from. */
  id?: number;
}

/** Server-sent events (WHATWG HTML, "Server-sent events") over one answer. Nothing is written after its end. */
export interface EventStream<Reason extends string> {
  send(event: SentEvent): void;
  /** Keeps proxies from closing a stream on which nothing happens, and shows its reader that it lives. */
  comment(text: string): void;
  end(reason: Reason): void;
}

export interface EventStreamOptions<Reason extends string> {
  /** What may wait in this process for the reader. One that has more to read is left. */
  maxUnreadBytes: number;
  /** How long a browser waits before it connects again; its own default when missing. */
  reconnectMs?: number;
  /** Told once, when nothing more will be written: its reader left or read too slowly, or `end` was called. */
  onEnd(reason: Reason | 'left' | 'slow_reader'): void;
}

export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** Begins the answer. */
export const openEventStream = <Reason extends string>(
  response: ServerResponse,
  { maxUnreadBytes, reconnectMs, onEnd }: EventStreamOptions<Reason>,
): EventStream<Reason> => {
  let ended = false;
  const finish = (reason: Reason | 'left' | 'slow_reader'): void => {
    if (ended) return;
    ended = true;
    onEnd(reason);
  };
  // Before those who log the request look what there is to say of it.
  response.prependOnceListener('close', () => finish('left'));
  response.writeHead(200, {
    'content-type': EVENT_STREAM,
    'cache-control': 'no-store',
    // Nginx would gather what is to arrive at once.
    'x-accel-buffering': 'no',
  });

  const write = (text: string): void => {
    if (ended) return;
    response.write(text);
    if (response.writableLength <= maxUnreadBytes) return;
    finish('slow_reader');
    // What it has not read by now it would not read either.
    response.destroy();
  };
  if (reconnectMs !== undefined) write(`retry: ${reconnectMs}\n\n`);

  return {
    send({ type, data, id }) {
      const cursor = id === undefined ? '' : `id: ${id}\n`;
      write(`event: ${type}\n${cursor}data: ${JSON.stringify(data)}\n\n`);
    },
    comment: (text) => write(`: ${text}\n\n`),
    end(reason) {
      if (ended) return;
      finish(reason);
      response.end();
    },
  };
};
