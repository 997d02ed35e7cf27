import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { ListenerRequest } from '@posthorn/contracts';
import { createLatch } from '@posthorn/testing';
import { createPosthornClient } from './index.ts';
import { TOKEN } from './testing/start-test-client.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

type Answer = (response: ServerResponse) => void;

/** A server whose connections are answered one after the other; the last answer again and again. */
const startServer = async (...answers: Answer[]) => {
  const headers: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    headers.push({ url: request.url, ...request.headers });
    answers[Math.min(headers.length, answers.length) - 1]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { headers, client: createPosthornClient({ baseUrl, token: TOKEN, timeoutMs: 2000 }) };
};

const open = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });

const eventOf = (id: string): string => `event: request\ndata: {"id":"${id}"}\n\n`;

/** The ids of the requests that came until it ended, and with what. */
const collect = async (requests: AsyncIterable<ListenerRequest>): Promise<{ ids: string[]; error: unknown }> => {
  const ids: string[] = [];
  try {
    for await (const { id } of requests) ids.push(id);
    return { ids, error: null };
  } catch (error) {
    return { ids, error };
  }
};

test('a connection that breaks is made again, and what comes twice is given once', async () => {
  const lost = createLatch<Error>('losses');
  const { client, headers } = await startServer(
    (response) => {
      open(response).write(`: hello\n\n${eventOf('lrq_1')}${eventOf('lrq_2').slice(0, 20)}`, () => response.destroy());
    },
    (response) => open(response).end(`${eventOf('lrq_1')}${eventOf('lrq_2')}`),
    (response) => open(response).end('event: end\ndata: {"reason":"replaced"}\n\n'),
  );
  const { ids, error } = await collect(client.listeners.requests('lsn_1', { onLost: (one) => lost.push(one) }));
  expect(ids).toEqual(['lrq_1', 'lrq_2']);
  expect(error).toMatchObject({ name: 'PosthornApiError', code: 'conflict' });
  expect(lost.items).toHaveLength(2);
  expect(headers).toHaveLength(3);
  expect(headers[0]).toMatchObject({ url: '/v1/listeners/lsn_1/requests', authorization: `Bearer ${TOKEN}` });
});

test.each([
  [404, 'not_found'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
])('a refusal with %d ends it', async (status, code) => {
  const { client, headers } = await startServer((response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ code, title: 'T', detail: 'D', status }));
  });
  const { error } = await collect(client.listeners.requests('lsn_1'));
  expect(error).toMatchObject({ name: 'PosthornApiError', code, status, title: 'T', detail: 'D' });
  expect(headers).toHaveLength(1);
});

test('what is no stream of events is said to be none, and a redirect is not followed', async () => {
  const { client, headers } = await startServer(
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  );
  for (const _ of [1, 2]) {
    const { error } = await collect(client.listeners.requests('lsn_1'));
    expect(error).toMatchObject({ name: 'PosthornApiError', code: 'unexpected_answer' });
  }
  expect(headers).toHaveLength(2);
});

test('the listener that was deleted is not looked for again', async () => {
  const { client } = await startServer((response) =>
    open(response).end(`${eventOf('lrq_1')}event: end\ndata: {"reason":"deleted"}\n\n`),
  );
  const { ids, error } = await collect(client.listeners.requests('lsn_1'));
  expect(ids).toEqual(['lrq_1']);
  expect(error).toMatchObject({ code: 'not_found' });
});

test('a server that is away for longer than asked for is given up', async () => {
  const client = createPosthornClient({ baseUrl: 'http://127.0.0.1:1', token: TOKEN });
  const { error } = await collect(client.listeners.requests('lsn_1', { giveUpAfterMs: 0 }));
  expect(error).toMatchObject({ name: 'PosthornConnectionError', code: 'ECONNREFUSED' });
});

test('a signal ends it, while it reads and while it waits to connect again', async () => {
  const { client } = await startServer((response) => open(response).write(eventOf('lrq_1')));
  const reading = new AbortController();
  for await (const _request of client.listeners.requests('lsn_1', { signal: reading.signal })) break;
  const ended = collect(client.listeners.requests('lsn_1', { signal: reading.signal }));
  reading.abort();
  expect((await ended).error).toMatchObject({ name: 'AbortError' });
  const away = createPosthornClient({ baseUrl: 'http://127.0.0.1:1', token: TOKEN });
  const waiting = new AbortController();
  const options = { signal: waiting.signal, onLost: () => waiting.abort() };
  expect((await collect(away.listeners.requests('lsn_1', options))).error).toMatchObject({ name: 'AbortError' });
});
