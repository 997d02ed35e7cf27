import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  port: number;
  server: Server;
  /** Takes no new connection, lets requests in flight finish, closes idle connections. */
  stop(): Promise<void>;
}

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
  // While stopping, every answer says that the connection ends with it: clients on keep-alive move on by themselves.
  server.prependListener('request', (_request, response) => {
    if (stopping !== undefined) response.setHeader('connection', 'close');
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    stop() {
      stopping ??= new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeIdleConnections();
      });
      return stopping;
    },
  };
};
