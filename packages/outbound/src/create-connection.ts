import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { createBodyCollector, readContentEncoding } from './collect-body.ts';
import { OutboundFailure } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { explainRequestError } from './explain-failure.ts';
import type { ConnectPhase, OpenSocket } from './open-socket.ts';
import type { OutboundTimings } from './outbound-types.ts';
import { createPhaseClock } from './time-phases.ts';

/** One connection to one origin. It carries one exchange at a time and is never used again after a failure. */
export interface Connection {
  /** Sends. Only a new connection, or one that was reported free, may be asked to. */
  run(exchange: Exchange): void;
  /** What the exchange under way waits for, to complete "no answer within 15000 ms (…)". */
  describeWait(): string;
  /** Whose fault it is when the deadline passes now: the receiver's, or that of our own proxy. */
  timeoutCode(): 'timeout' | 'egress_proxy_failed';
  /** The response status, 0 until its headers have arrived. */
  status(): number;
  /** What the parts of the exchange under way, or of the last one, took. */
  timings(): OutboundTimings;
  /** Closes the socket at once, whatever it is doing, reports `onGone` and nothing else. Resolves when it is closed. */
  destroy(): Promise<void>;
}

export interface ConnectionEvents {
  /** The exchange has its response. `body` and `headers` are complete or cut at the limit. */
  onResponse(exchange: Exchange, response: ConnectionResponse): void;
  /** The exchange has no complete response, and has ended. An error that is no OutboundFailure is a fault of ours. */
  onFailure(exchange: Exchange, failure: Error, status: number): void;
  /** Nothing of an exchange with a response is left on the connection: at once, or after the rest of a cut body. */
  onEnd(exchange: Exchange): void;
  /** The connection can take the next exchange. */
  onFree(connection: Connection): void;
  /** The connection is closed and must be forgotten. It is reported once. */
  onGone(connection: Connection): void;
}

export interface ConnectionResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
  bodyTruncated: boolean;
}

export interface ConnectionOptions {
  origin: URL;
  openSocket: OpenSocket;
  keepAliveMs: number;
}

const MAX_HEADER_BYTES = 16_384;
const MAX_INFORMATIONAL = 16;
// What is read and thrown away to keep a connection: an error page rather than a download.
const DRAIN_BYTES = 65_536;
// Bytes that a response may take beside its body: beyond that it is a flood (of chunk extensions, say), which costs us its
// reading until the deadline. A body sent byte by byte takes six bytes for each.
const MAX_FRAMING_BYTES = 1_048_576;
const MAX_BYTES_PER_BODY_BYTE = 6;
// Node and Apache close at 5 s, and the slowest path must not reach them later than that.
const UNANNOUNCED_KEEP_ALIVE_MS = 4_000;

/**
 * Makes a connection, an undici Client with one socket and no pipelining. The socket is opened by the first exchange.
 *
 * When is a request written again? undici 7.30 takes a request from its queue as it writes it (client.js, `_resume`);
 * it writes to a socket that has been idle only after an immediate (client-h1.js, `kIdleSocketValidation`). If the
 * receiver's closing was read by then, the request is still in the queue and goes out on a new socket of this Client:
 * safe, because not a byte of it was written, and under the same deadline. A closing that is read later meets a written
 * request. That fails with `connection_reset`, and nothing here sends it again: bytes that the kernel has taken may
 * have been acted upon.
 */
export function createConnection(options: ConnectionOptions, events: ConnectionEvents): Connection {
  const { origin, openSocket, keepAliveMs } = options;
  const collector = createBodyCollector();
  const clock = createPhaseClock();

  let exchange: Exchange | null = null;
  let opening: ReturnType<OpenSocket> = null;
  let socket: Socket | null = null;
  let phase: ConnectPhase = 'connecting';
  let gone = false;
  let written = false;
  let status = 0;
  let headers: ConnectionResponse['headers'] = {};
  let informational = 0;
  let readBefore = 0;

  const client = new Client(origin, {
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    // The deadline of the exchange is the only clock; zero switches those of undici off.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: Math.min(keepAliveMs, UNANNOUNCED_KEEP_ALIVE_MS),
    // Without this a receiver that announces ten minutes holds our sockets for ten minutes.
    keepAliveMaxTimeout: keepAliveMs,
    connect({ hostname, port, protocol }, callback) {
      const secure = protocol === 'https:';
      const target = {
        hostname,
        port: port === '' ? (secure ? 443 : 80) : Number(port),
        secure,
        onPhase(next: ConnectPhase) {
          phase = next;
          clock.enter(next);
        },
      };
      opening = openSocket(target, (failure, opened) => {
        socket = opened;
        if (opened) {
          callback(null, opened);
          // After undici's own listener, which takes what is there: this one only looks at how much it was.
          opened.on('readable', limitReading);
        } else callback(failure ?? new Error('no socket and no failure'), null);
      });
    },
  });
  // With an exchange it is the case described above: undici is about to open the next socket for it.
  client.on('disconnect', () => {
    if (exchange === null) void destroy();
  });

  const timeoutCode = () => (phase === 'reaching_proxy' ? 'egress_proxy_failed' : 'timeout');
  const connection: Connection = {
    run,
    describeWait,
    timeoutCode,
    status: () => status,
    timings: () => clock.read(),
    destroy,
  };

  // One handler for the life of the connection, because it serves one exchange at a time.
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {
      written = true;
    },
    onResponseStart(_controller, statusCode, responseHeaders) {
      if (statusCode >= 200) {
        clock.answered();
        status = statusCode;
        headers = responseHeaders as ConnectionResponse['headers'];
        collector.begin(exchange?.maxResponseBytes ?? 0, readContentEncoding(headers));
      } else if (++informational > MAX_INFORMATIONAL) {
        fail(new OutboundFailure('invalid_response', `the receiver sent over ${MAX_INFORMATIONAL} 1xx responses`));
      }
    },
    onResponseData(_controller, chunk) {
      if (!collector.push(chunk) && exchange !== null && !exchange.answered) cut(exchange);
    },
    onResponseEnd() {
      const current = exchange;
      if (current === null) return;
      exchange = null;
      if (!current.answered) events.onResponse(current, takeResponse(false));
      events.onEnd(current);
      // A receiver that answers without reading the request leaves the rest of it in front of the next one.
      if (gone || socket?.writableLength !== 0) void destroy();
      else events.onFree(connection);
    },
    onResponseError(_controller, error) {
      fail(error);
    },
  };

  function run(next: Exchange): void {
    exchange = next;
    next.connection = connection;
    written = false;
    status = 0;
    informational = 0;
    readBefore = socket?.bytesRead ?? 0;
    clock.begin(next.startedAt);
    client.dispatch(next.dispatch, handler);
  }

  function limitReading(): void {
    if (exchange === null || socket === null) return;
    const most = MAX_FRAMING_BYTES + exchange.maxResponseBytes * MAX_BYTES_PER_BODY_BYTE;
    if (socket.bytesRead - readBefore <= most) return;
    fail(new OutboundFailure('invalid_response', `the receiver sent over ${most} bytes without the end of a response`));
  }

  // The caller has all it will get. The rest is read only if it is announced and small: that saves a connection.
  function cut(current: Exchange): void {
    const announced = Number(headers['content-length']);
    const drain = announced <= current.maxResponseBytes + DRAIN_BYTES;
    events.onResponse(current, takeResponse(true));
    if (drain) return;
    exchange = null;
    void destroy();
    events.onEnd(current);
  }

  function takeResponse(bodyTruncated: boolean): ConnectionResponse {
    return { status, headers, body: collector.end(), bodyTruncated };
  }

  function fail(error: Error): void {
    const current = exchange;
    exchange = null;
    void destroy();
    if (current === null) return;
    if (current.answered) events.onEnd(current);
    else events.onFailure(current, explainRequestError(error, status), status);
  }

  function describeWait(): string {
    if (phase === 'resolving') return 'looking up the name';
    if (phase === 'reaching_proxy') return 'reaching the egress proxy';
    if (phase === 'tunnelling') return 'waiting for the egress proxy to connect';
    if (phase === 'connecting') return 'connecting';
    if (phase === 'handshaking') return 'in the TLS handshake';
    if (status !== 0) return 'reading the response body';
    return written && socket?.writableLength === 0 ? 'waiting for the response headers' : 'sending the request';
  }

  function destroy(): Promise<void> {
    if (gone) return client.destroy();
    gone = true;
    exchange = null;
    // A socket that is still being made is not undici's yet, so it would live on until it connects or fails.
    opening?.destroy();
    const closed = client.destroy();
    events.onGone(connection);
    return closed;
  }

  return connection;
}
