import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLatch } from './create-latch.ts';

/** A request as it arrived, before it was answered. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  /** The exact text of the body: signatures are over it. */
  body: string;
  atMs: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What to answer; a function may also write to the response itself and give back nothing (or never answer). */
export type Responder =
  | Answer
  | ((request: ReceivedRequest, response: ServerResponse, nth: number) => Answer | void | Promise<Answer | void>);

/** A real HTTP server on the loopback address that keeps what it gets. */
export interface Receiver {
  url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Resolves once so many requests have arrived in all. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly ReceivedRequest[]>;
  /** Changes the answer from the next request on. */
  answerWith(responder: Responder): void;
  close(): Promise<void>;
}

export const startReceiver = async (responder: Responder = { status: 204 }): Promise<Receiver> => {
  const received = createLatch<ReceivedRequest>('requests');
  let current = responder;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry: ReceivedRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks).toString('utf8'),
        atMs: Date.now(),
      };
      received.push(entry);
      void respond(entry, response, received.items.length);
    });
    request.on('error', () => {});
  });
  const respond = async (request: ReceivedRequest, response: ServerResponse, nth: number): Promise<void> => {
    const answer = typeof current === 'function' ? await current(request, response, nth) : current;
    if (answer === undefined) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: received.items,
    waitFor: received.waitFor,
    answerWith(next) {
      current = next;
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};
