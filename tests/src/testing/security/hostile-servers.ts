import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { makeAuthority } from '@posthorn/testing';

/** What a receiver does with a connection. `onRequest` is told of every request head that arrives on it. */
type Behaviour = (socket: Socket, onRequest: (answer: (nth: number) => void) => void) => void;

/** Answers each request head in this way; `stop` is called when the connection is gone. */
const answering =
  (answer: (socket: Socket, nth: number) => void): Behaviour =>
  (socket, onRequest) =>
    onRequest((nth) => answer(socket, nth));

const says = (text: string): Behaviour => answering((socket) => socket.write(text));

const CHUNK = Buffer.alloc(65_536, 'x');

/** Writes the same piece as fast as the other side takes it, `total` bytes or without an end. */
const pour = (socket: Socket, piece: Buffer, total = Number.POSITIVE_INFINITY): void => {
  let left = total;
  const write = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', write);
        return;
      }
    }
  };
  write();
};

/** A byte a second, from the start again when all are sent. */
const drip = (socket: Socket, text: string): void => {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text.charAt(at % text.length));
    at += 1;
  }, 1000);
  socket.once('close', () => clearInterval(timer));
};

const OK = 'HTTP/1.1 200 OK\r\n';
const chunked = (size: number): Buffer =>
  Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size, 'x'), Buffer.from('\r\n')]);
const GIGABYTE = 1_000_000_000;
/** 200 MB of zeros; under a megabyte on the wire. */
const BOMB = gzipSync(Buffer.alloc(200_000_000), { level: 1 });

const then =
  (head: string, go: (socket: Socket) => unknown): Behaviour =>
  (socket, onRequest) =>
    onRequest(() => {
      socket.write(head);
      go(socket);
    });

/** Receivers over plain TCP, by what they do. */
export const PLAIN_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'never answers': () => {},
  'headers at a byte a second': answering((socket) => drip(socket, `${OK}x: y\r\n`)),
  'body at a byte a second': then(`${OK}content-length: 1000\r\n\r\n`, (socket) => drip(socket, 'x')),
  'endless body': then(`${OK}transfer-encoding: chunked\r\n\r\n`, (socket) => pour(socket, chunked(65_000))),
  'body of 1 GB': then(`${OK}content-length: ${GIGABYTE}\r\n\r\n`, (socket) => pour(socket, CHUNK, GIGABYTE)),
  'gzip bomb': then(`${OK}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\n\r\n`, (socket) =>
    socket.write(BOMB),
  ),
  'reset in the middle of an answer': then(`${OK}content-length: 100\r\n\r\nhalf`, (socket) => {
    setImmediate(() => socket.resetAndDestroy());
  }),
  'end without an answer': answering((socket) => socket.end()),
  'garbage for a status line': says('\u0000\u0001\u0002 what is this\r\n\r\n'),
  'headers of 100 kB': says(`${OK}x: ${'y'.repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`),
  'endless header': then(`${OK}x: `, (socket) => pour(socket, CHUNK)),
  'flood of 1xx': answering((socket) => pour(socket, Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'))),
  'endless chunk extension': then(`${OK}transfer-encoding: chunked\r\n\r\n5;`, (socket) => pour(socket, CHUNK)),
  'endless trailers': then(`${OK}transfer-encoding: chunked\r\n\r\n0\r\n`, (socket) =>
    pour(socket, Buffer.from('x: y\r\n')),
  ),
  'redirect to a metadata address': says(
    'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data/\r\ncontent-length: 0\r\n\r\n',
  ),
  'silence instead of TLS': () => {},
  'HTTP where TLS was meant': says(`${OK}content-length: 0\r\n\r\n`),
  'closes a kept connection under the next request': answering((socket, nth) => {
    if (nth === 1) socket.write(`${OK}content-length: 0\r\n\r\n`);
    else socket.destroy();
  }),
  'closes a kept connection after each answer': answering((socket) => socket.end(`${OK}content-length: 0\r\n\r\n`)),
};

export interface HostileServers {
  portOf(name: string): number;
  /** Bytes that were sent on all connections of a server. */
  bytesSent(name: string): number;
  /** PEM of the authority that signed the certificates that are only old, or for another name. */
  authority: string;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Starts them all, and three with a certificate that must not be taken: self-signed, expired, for another name. */
export const startHostileServers = async (): Promise<HostileServers> => {
  const known = makeAuthority();
  const unknown = makeAuthority('An authority that nobody knows');
  const certificates = {
    'unknown authority': unknown.issue(['127.0.0.1']),
    'expired certificate': known.issue(['127.0.0.1'], new Date(Date.now() - HOUR_MS)),
    'certificate for another name': known.issue(['other.example']),
  };
  const servers = new Map<string, { server: Server; sockets: Set<Socket>; all: Socket[] }>();
  const keep = async (name: string, server: Server): Promise<void> => {
    const kept = { server, sockets: new Set<Socket>(), all: [] as Socket[] };
    server.on('connection', (socket: Socket) => {
      kept.sockets.add(socket);
      kept.all.push(socket);
      socket.on('error', () => {});
      socket.once('close', () => kept.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.set(name, kept);
  };
  for (const [name, behave] of Object.entries(PLAIN_BEHAVIOURS)) {
    const onConnection = (socket: Socket): void => {
      let nth = 0;
      behave(socket, (answer) =>
        socket.on('data', (data: Buffer) => {
          if (!data.includes('\r\n\r\n') && name !== 'HTTP where TLS was meant') return;
          nth += 1;
          answer(nth);
        }),
      );
      socket.resume();
    };
    await keep(name, createServer(onConnection));
  }
  for (const [name, certificate] of Object.entries(certificates)) {
    const server = createTlsServer(certificate, (socket) => {
      socket.on('error', () => {});
      socket.end(`${OK}content-length: 0\r\n\r\n`);
    });
    server.on('tlsClientError', () => {});
    await keep(name, server);
  }
  const find = (name: string) => {
    const found = servers.get(name);
    if (found === undefined) throw new Error(`There is no server "${name}"`);
    return found;
  };
  return {
    portOf: (name) => (find(name).server.address() as AddressInfo).port,
    bytesSent: (name) => find(name).all.reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0),
    authority: known.cert,
    async close() {
      for (const { server, sockets } of servers.values()) {
        const done = new Promise<void>((resolve) => server.close(() => resolve()));
        for (const socket of sockets) socket.destroy();
        await done;
      }
    },
  };
};
