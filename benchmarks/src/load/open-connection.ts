import { connect } from 'node:net';

/** One keep-alive connection of a generator of load: one request at a time. */
export interface Connection {
  /** Sends a whole request (head and body) and gives the status of its answer. @throws Error when the connection breaks. */
  send(request: Buffer): Promise<number>;
  close(): void;
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** Length of the first answer in this text; 0 while it is not complete. Answers without a length have no body. */
export const answerLength = (text: string): number => {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return 0;
  const end = headEnd + 4 + Number(LENGTH.exec(text.slice(0, headEnd))?.[1] ?? 0);
  return text.length < end ? 0 : end;
};

/** Plain HTTP/1.1 over a socket, because a client of any kind costs as much CPU as the server that is measured. */
export const openConnection = (port: number): Promise<Connection> =>
  new Promise((resolveOpen, rejectOpen) => {
    let text = '';
    let waiting: { resolve(status: number): void; reject(error: Error): void } | null = null;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    const fail = (error: Error): void => {
      rejectOpen(error);
      waiting?.reject(error);
      waiting = null;
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the connection was closed')));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const length = answerLength(text);
      if (length === 0) return;
      const status = Number(text.slice(9, 12));
      text = text.slice(length);
      const asked = waiting;
      waiting = null;
      asked?.resolve(status);
    });
    socket.once('connect', () =>
      resolveOpen({
        send: (request) =>
          new Promise((resolve, reject) => {
            if (socket.destroyed) {
              reject(new Error('the connection is closed'));
              return;
            }
            waiting = { resolve, reject };
            socket.write(request);
          }),
        close: () => void socket.destroy(),
      }),
    );
  });
