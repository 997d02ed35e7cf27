import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { selfSigned } from './self-signed-certificate.ts';

/** A server on 127.0.0.1 that a test sends to. */
export interface Receiver {
  port: number;
  /** `http://127.0.0.1:port/` */
  url: string;
  /** Every connection that was ever accepted, the oldest first. */
  sockets: Socket[];
  close(): Promise<void>;
}

/** A promise and the function that fulfils it: what a test waits for in place of a time. */
export function latch<Value = void>() {
  let open!: (value: Value) => void;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Resolves when a socket of a receiver is closed, by whichever side. */
export async function closed(socket: Socket | undefined): Promise<void> {
  if (!socket) throw new Error('no such connection was made');
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

/** A receiver of well-formed HTTP. */
export function startHttp(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Receiver> {
  return start(createHttpServer(handle), 'connection');
}

/** A receiver that does what it likes with the bytes. */
export function startTcp(handle: (socket: Socket) => void): Promise<Receiver> {
  return start(createTcpServer(handle), 'connection');
}

/** A receiver that answers every request head it sees on a connection with the same bytes. */
export function startRaw(answer: string | ((socket: Socket, nth: number) => void)): Promise<Receiver> {
  let nth = 0;
  return startTcp((socket) => {
    socket.on('data', (chunk) => {
      if (!chunk.includes('\r\n\r\n')) return;
      nth += 1;
      if (typeof answer === 'string') socket.write(answer);
      else answer(socket, nth);
    });
  });
}

/** A receiver with the self-signed certificate that answers each request head with an empty 200. */
export async function startTls(onSecure: (socket: TLSSocket) => void = () => {}): Promise<Receiver> {
  const server = createTlsServer(selfSigned, (socket) => {
    socket.on('error', () => {});
    onSecure(socket);
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  server.on('tlsClientError', () => {});
  return start(server, 'connection');
}

async function start(server: Server, event: string): Promise<Receiver> {
  const sockets: Socket[] = [];
  server.on(event, (socket: Socket) => {
    sockets.push(socket);
    // A sender that goes away is what these tests are about.
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    sockets,
    async close() {
      const done = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await done;
    },
  };
}
