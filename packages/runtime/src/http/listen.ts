import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
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
        `Cannot listen on port ${port} of ${host}: ${reason} (settings HOST and PORT, or HEALTH_HOST and HEALTH_PORT).`,
        { cause: error },
      );
};

/** While stopping, answers say that the connection ends with them: clients on keep-alive move on by themselves. */
const endConnectionWith = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader('connection', 'close');
};

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

/** Starts to listen; port 0 takes a free one. @throws StartError when the port is taken. */
export const listen = async (
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listening> => {
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(explain(error, { host, port }));
    server.once('error', refuse);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.removeListener('error', refuse);
      resolve();
    });
  });
  let stopping: Promise<void> | undefined;
  const silent = trackSilentSockets(server);
  const answering = new Set<ServerResponse>();
  server.prependListener('request', (_request, response) => {
    if (stopping !== undefined) endConnectionWith(response);
    answering.add(response);
    response.once('close', () => {
      answering.delete(response);
      // One whose answer had begun before the stop stays open, and would until its keep-alive time is over.
      if (stopping !== undefined) server.closeIdleConnections();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    stop() {
      stopping ??= new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeIdleConnections();
        answering.forEach(endConnectionWith);
        for (const socket of silent) socket.destroy();
      });
      return stopping;
    },
  };
};
