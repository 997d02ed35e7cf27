import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A receiver on every address of this machine, which remembers by which of them it was reached. */
export interface Trap {
  port: number;
  /** Local addresses of the connections that were made, IPv4 as IPv4. */
  reachedBy(): string[];
  /** Requests, as `host path`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const asIPv4 = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');

export const startTrap = async (): Promise<Trap> => {
  const addresses = new Set<string>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.headers.host} ${request.url}`);
    // Each request on a connection of its own: each is looked up and checked anew.
    response.writeHead(204, { connection: 'close' }).end();
  });
  server.on('connection', (socket: Socket) => addresses.add(asIPv4(socket.localAddress)));
  const listen = (host: string): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, resolve);
    });
  // Where the machine has no IPv6, nobody can come by it.
  await listen('::').catch(() => listen('0.0.0.0'));
  return {
    port: (server.address() as AddressInfo).port,
    reachedBy: () => [...addresses].sort(),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
