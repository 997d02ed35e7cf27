import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A door to a server that counts who comes in. */
export interface CountingDoor {
  /** The server's URL, by this door. */
  url: string;
  connections(): number;
  close(): Promise<void>;
}

export const countConnections = async (target: URL): Promise<CountingDoor> => {
  let count = 0;
  const open = new Set<Socket>();
  const server = createServer((inside) => {
    count += 1;
    const outside = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    connections: () => count,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
