import { createServer, type Server, type Socket } from 'node:net';

/** A listening port that can be closed and opened again. */
export interface Door {
  port: number;
  open(): Promise<void>;
  /** Refuses connections from now on; those that there are stay. */
  shut(): void;
}

/** Opens a door on a free port of the loopback address. */
export const openDoor = async (accept: (socket: Socket) => void): Promise<Door> => {
  let server: Server;
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server = createServer(accept);
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const port = await listen(0);
  return {
    port,
    async open() {
      await listen(port);
    },
    shut() {
      server.close();
    },
  };
};
