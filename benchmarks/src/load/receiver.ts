import { type AddressInfo, createServer, type Socket } from 'node:net';
import { readSettings, serveOrders } from '../programs/serve-orders.ts';
import { createArrivalCounter, groupOf } from './count-arrivals.ts';
import { createRequestReader, type PlainRequest } from './read-requests.ts';
import { nowMs } from './sample-event.ts';

// A receiver as a process of its own, so that what is measured does not wait for what measures it.

/** How it answers under one first segment of the path; anything else is a 204 at once. */
export interface ReceiverAnswer {
  status?: number;
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
}

const REASONS: Readonly<Record<number, string>> = { 204: 'No Content', 500: 'Internal Server Error' };
const answerText = (status: number): string =>
  `HTTP/1.1 ${status} ${REASONS[status] ?? 'Status'}\r\n${status === 204 ? '' : 'content-length: 0\r\n'}\r\n`;

const answers = readSettings<Readonly<Record<string, ReceiverAnswer>> | null>() ?? {};
const counter = createArrivalCounter();

const answer = (socket: Socket, { path, last }: PlainRequest): void => {
  const { status = 204, delayMs = 0, hang = false } = answers[groupOf(path)] ?? {};
  if (hang) return;
  const write = (): void => {
    if (socket.destroyed) return;
    if (last) socket.end(answerText(status));
    else socket.write(answerText(status));
  };
  if (delayMs === 0) write();
  else setTimeout(write, delayMs);
};

const server = createServer({ noDelay: true }, (socket) => {
  const reader = createRequestReader();
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('data', (text: string) => {
    for (const request of reader.read(text)) {
      counter.add(request.path, request.body, nowMs());
      answer(socket, request);
    }
  });
});

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  serveOrders(
    {
      arrivals: counter.arrivals,
      latencies: counter.latencies,
      forget: () => counter.forgetLatencies(),
    },
    { port: (server.address() as AddressInfo).port },
  );
});
