import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { selfSigned } from './self-signed-certificate.ts';

/** What a proxy makes of a CONNECT: a connection to what it was asked for, or an answer of its own. */
export type OnConnect = (request: IncomingMessage, socket: Socket) => void;

export interface TestProxy {
  port: number;
  /** What it was asked to connect to, in order. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** A connection to what was asked for. */
export const tunnel: OnConnect = (request, socket) => {
  const { hostname, port } = new URL(`http://${request.url}`);
  const target = connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    target.pipe(socket).pipe(target);
  });
  target.on('error', () => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
  socket.on('error', () => target.destroy());
  socket.on('close', () => target.destroy());
};

/** An answer with this status, and the end. */
export const refuse =
  (status: number): OnConnect =>
  (_request, socket) =>
    void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);

/** A real proxy on the loopback address. */
export const startProxy = async (onConnect: OnConnect = tunnel, { secure = false } = {}): Promise<TestProxy> => {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = secure ? createTlsServer(selfSigned) : createServer();
  server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    onConnect(request, socket);
  });
  server.on('request', (_request, response) => response.writeHead(405).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
