import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { createLatch, type Latch } from '@posthorn/testing';
import type { TestIngest } from './start-test-ingest.ts';

// Lines are judged by the assertions on them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type ResultLine = any;

export interface TestStream {
  request: ClientRequest;
  /** Lines of the answer, as they come. */
  results: Latch<ResultLine>;
  response: Promise<IncomingMessage>;
  /** Resolves when the answer has ended, with its last line; rejects when the connection broke before. */
  ended: Promise<ResultLine>;
}

/** An NDJSON stream that a test writes to and reads from at the same time. */
export const openStream = (
  { url, token }: Pick<TestIngest, 'url' | 'token'>,
  {
    headers = {},
    read = true,
  }: { headers?: Record<string, string>; /** Whether the results are read. */ read?: boolean } = {},
): TestStream => {
  const results = createLatch<ResultLine>('results');
  const request = httpRequest(`${url}/v1/events/batch`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', ...headers },
  });
  request.flushHeaders();
  const response = new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).on('error', reject),
  );
  const readAll = async (): Promise<ResultLine> => {
    const answer = await response;
    if (!read) return null;
    for await (const line of createInterface({ input: answer })) results.push(JSON.parse(line));
    if (!answer.complete) throw new Error('The answer was cut off.');
    return results.items.at(-1);
  };
  const ended = readAll();
  // Tests that end a stream themselves do not ask how it went.
  ended.catch(() => {});
  return { request, results, response, ended };
};

export const line = (values: object = {}): string =>
  `${JSON.stringify({ type: 'contact.created', data: { id: 1 }, ...values })}\n`;

/** Writes a text again and again, as fast as it is taken; gives the number of times so far. */
export const flood = (
  { request }: TestStream,
  text = line().repeat(100),
  times = Number.POSITIVE_INFINITY,
): (() => number) => {
  let written = 0;
  const write = (): void => {
    while (request.writable && written < times) {
      written += 1;
      if (!request.write(text)) return;
    }
  };
  request.on('drain', write);
  request.on('error', () => {});
  write();
  return () => written;
};
