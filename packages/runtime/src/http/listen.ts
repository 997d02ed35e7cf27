import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { StartError } from '@posthorn/contracts';

export interface Listening {
  port: number;
  server: Server;
  /** Takes no new connection, lets requests in flight finish, closes idle connections. */
  stop(): Promise<void>;
}

const REASONS: Record<string, string> = {
  EADDRINUSE: 'it is in use by another program. Stop that one, or choose another port',
  EACCES: 'this user may not use it. Choose a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name of the host is not known',
};

const explain = (error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error => {
  const reason = REASONS[error.code ?? ''];
  return reason === undefined
    ? error
    : new StartError(
        `Cannot listen on port ${port} of ${host}: ${reason} (settings HOST and PORT, HEALTH_HOST and HEALTH_PORT, or METRICS_HOST and METRICS_PORT).`,
        { cause: error },
      );
};

/** While stopping, answers say that the connection ends with them: clients on keep-alive move on by themselves. */
const endConnectionWith = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader('connection', 'close');
};

/** How long the body of a request may take to arrive. */
const BODY_TIMEOUT_MS = 30_000;

const bodyTimers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;

const refuseSlowBody = (request: IncomingMessage, response: ServerResponse): void => {
  const { socket } = request;
  if (!response.headersSent && socket.writable)
    socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
  socket.destroySoon();
};

/** Node's own limit (`requestTimeout`) knows no exception; this one is the same for every request that asks for none. */
const limitBodyTime = (request: IncomingMessage, response: ServerResponse, timeoutMs: number): void => {
  const timer = setTimeout(() => {
    if (!request.complete) refuseSlowBody(request, response);
  }, timeoutMs);
  timer.unref();
  bodyTimers.set(request, timer);
  request.once('close', () => clearTimeout(timer));
};

/** For a request whose body is as long as its sender likes: from here on its reader decides when it takes too long. */
export const allowLongBody = (request: IncomingMessage): void => clearTimeout(bodyTimers.get(request));

/** Connections over which nothing has come yet. Node does not count them among the idle ones, and waits for them. */
const trackSilentSockets = (server: Server): ReadonlySet<Socket> => {
  const silent = new Set<Socket>();
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.prependListener('request', (request) => silent.delete(request.socket));
  return silent;
};

/**
 * Connections that may wait to be accepted. Node's own 511 is less than a burst of publishers: what does not fit is reset in
 * the end. The kernel caps it (net.core.somaxconn, 4096 on Linux).
 */
const BACKLOG = 4096;

/**
 * For `lingerMs`: how long connections that are idle stay open after a stop. A client that sends its next request at that
 * very moment gets an answer, which tells it to go elsewhere, and not a reset.
 */
export const LINGER_MS = 1000;
/**
 * How many times as long for a connection over which nothing has come yet: nobody opens one without a request in mind, and a
 * client that was held up between the two would see a reset.
 */
const SILENT_LINGERS = 5;

/** A turn of the event loop in which nothing happens takes a twentieth of a millisecond. */
const QUIET_TURN_MS = 0.2;
const WAIT_FOR_QUIET_MS = 500;

/**
 * Before a socket stops to listen: whoever the system has connected already must be accepted, because closing resets them. Each
 * turn of the event loop accepts all that wait, and then works for others while more arrive; so the moment to close is after a
 * turn with hardly any work.
 */
const afterQuietTurn = (act: () => void): void => {
  const giveUpAt = performance.now() + WAIT_FOR_QUIET_MS;
  const awaitTurn = (since: number): void => {
    setImmediate(() => {
      const now = performance.now();
      if (now - since <= QUIET_TURN_MS || now > giveUpAt) act();
      else awaitTurn(now);
    });
  };
  awaitTurn(performance.now());
};

export interface ListenOptions {
  host: string;
  port: number;
  bodyTimeoutMs?: number;
  /** Default: idle connections are closed at once. */
  lingerMs?: number;
}

/** Starts to listen; port 0 takes a free one. @throws StartError when the port is taken. */
export const listen = async (
  handler: RequestListener,
  { host, port, bodyTimeoutMs = BODY_TIMEOUT_MS, lingerMs = 0 }: ListenOptions,
): Promise<Listening> => {
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 0 }, handler);
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(explain(error, { host, port }));
    server.once('error', refuse);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.removeListener('error', refuse);
      resolve();
    });
  });
  let stopping: Promise<void> | undefined;
  let lingering = true;
  const silent = trackSilentSockets(server);
  const answering = new Set<ServerResponse>();
  server.prependListener('request', (request, response) => {
    if (hasBody(request)) limitBodyTime(request, response, bodyTimeoutMs);
    if (stopping !== undefined) endConnectionWith(response);
    answering.add(response);
    response.once('close', () => {
      answering.delete(response);
      // One whose answer had begun before the stop stays open, and would until its keep-alive time is over.
      if (stopping !== undefined && !lingering) server.closeIdleConnections();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    stop() {
      stopping ??= new Promise((resolve, reject) => {
        answering.forEach(endConnectionWith);
        const closeQuiet = (): void => {
          lingering = false;
          // It does not listen any more: this ends what the server does by itself, and idle connections.
          server.close();
          setTimeout(
            () => {
              for (const socket of silent) socket.destroy();
            },
            lingerMs * (SILENT_LINGERS - 1),
          ).unref();
        };
        afterQuietTurn(() => {
          // Not the method of the HTTP server, which closes idle connections as well.
          NetServer.prototype.close.call(server, (error?: Error) => (error === undefined ? resolve() : reject(error)));
          if (lingerMs === 0) setImmediate(closeQuiet);
          else setTimeout(closeQuiet, lingerMs).unref();
        });
      });
      return stopping;
    },
  };
};
