import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { createLatch, type Latch } from '@posthorn/testing';

interface Line {
  type: string;
  data: unknown;
  idempotencyKey?: string;
}

/** One stream that a client has opened. */
export interface ServedStream {
  request: IncomingMessage;
  response: ServerResponse;
  /** Lines as they come. */
  lines: Latch<Line>;
  /** Answers so many lines more, each as published with its `data` as id. */
  answer(count: number): Promise<void>;
  /** The last line of an answer. */
  end(reason: string): void;
}

/** A server in the place of ingest that does with each stream what the test says. */
export const startStreamServer = async (serve: (stream: ServedStream, nth: number) => void | Promise<void>) => {
  const streams = createLatch<ServedStream>('streams');
  const server = createServer((request, response) => {
    const lines = createLatch<Line>('lines');
    request.on('error', () => {});
    createInterface({ input: request })
      .on('line', (line) => lines.push(JSON.parse(line) as Line))
      .on('error', () => {});
    let answered = 0;
    const stream: ServedStream = {
      request,
      response,
      lines,
      async answer(count) {
        const until = answered + count;
        while (answered < until) {
          const line = (await lines.waitFor(answered + 1))[answered];
          answered += 1;
          response.write(`${JSON.stringify({ line: answered, id: `evt_${String(line?.data)}`, deliveries: 1 })}\n`);
        }
      },
      end(reason) {
        response.end(`${JSON.stringify({ end: { reason, accepted: answered, failed: 0 } })}\n`);
      },
    };
    streams.push(stream);
    void serve(stream, streams.items.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams: streams.items,
    waitFor: streams.waitFor,
    close: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Begins an answer. */
export const begin = ({ response }: ServedStream): void => {
  response.writeHead(202, { 'content-type': 'application/x-ndjson' }).flushHeaders();
};
