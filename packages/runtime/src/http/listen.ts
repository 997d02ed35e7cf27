import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Listening {
  port: number;
  server: Server;
  /** Takes no new connection, lets requests in flight finish, closes idle connections. */
  stop(): Promise<void>;
}

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

/** Starts to listen; port 0 takes a free one. @throws Error when the port is taken. */
export const listen = async (
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listening> => {
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
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
