import { connect, type Socket } from 'node:net';

export interface Exchange {
  /** Statuses of all answers, in order. */
  statuses: number[];
  text: string;
}

const STATUS_LINE = /HTTP\/1\.1 (\d{3}) /g;

const addressOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};

/**
 * Writes bytes on a connection of its own and reads until it is closed, or until `enough` answers have begun and been
 * followed by a moment without more.
 */
export const exchangeBytes = (url: string, bytes: Buffer, enough = Number.POSITIVE_INFINITY): Promise<Exchange> =>
  new Promise((resolve) => {
    const socket = connect(addressOf(url));
    const chunks: Buffer[] = [];
    let quiet: NodeJS.Timeout | undefined;
    const seen = (): Exchange => {
      const text = Buffer.concat(chunks).toString('latin1');
      return { text, statuses: [...text.matchAll(STATUS_LINE)].map(([, status]) => Number(status)) };
    };
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      clearTimeout(quiet);
      if (seen().statuses.length >= enough) quiet = setTimeout(() => socket.destroy(), 200);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(quiet);
      resolve(seen());
    });
    socket.write(bytes);
  });

/** Opens connections that send a request's head and then a byte of its body every second. */
export const openSlowBodies = (
  url: string,
  count: number,
  token: string,
): { sockets: Socket[]; closed: Promise<number[]> } => {
  const head = `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  const opened = Array.from({ length: count }, () => {
    const socket = connect(addressOf(url));
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.once('connect', () => socket.write(head));
    const timer = setInterval(() => socket.write(' '), 1000);
    const closed = new Promise<number>((resolve) => {
      socket.once('close', () => {
        clearInterval(timer);
        resolve(Number(/HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0));
      });
    });
    return { socket, closed };
  });
  return { sockets: opened.map(({ socket }) => socket), closed: Promise.all(opened.map(({ closed }) => closed)) };
};
