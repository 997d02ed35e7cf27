import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createLatch } from '@posthorn/testing';
import { createPosthornClient, type PosthornClientOptions, type StreamItem, type StreamParams } from '../index.ts';

type Serve = (response: ServerResponse, request: IncomingMessage, nth: number) => void;

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A server in the place of the API that does with each connection what the test says. */
const start = async (serve: Serve) => {
  const requests = createLatch<IncomingMessage>('requests');
  const server = createServer((request, response) => {
    requests.push(request);
    serve(response, request, requests.items.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = (options: Partial<PosthornClientOptions> = {}) =>
    createPosthornClient({ baseUrl, token: 'tok-1', ...options });
  return { requests, connect };
};

const begin = (response: ServerResponse, cursor = 1000): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(`retry: 2000\n\n: ${cursor}\n\n`);
};
const attempt = (id: string, cursor: number): string => `event: attempt\nid: ${cursor}\ndata: {"id":"${id}"}\n\n`;
const refuse = (response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ code, detail: 'no' }));
};

/** The first items of a stream, which is left then. */
const take = async (stream: AsyncIterable<StreamItem>, count: number): Promise<StreamItem[]> => {
  const items: StreamItem[] = [];
  for await (const item of stream) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
};
const idsOf = (items: readonly StreamItem[]) =>
  items.map((item) => (item.type === 'attempt' ? item.data.id : item.type));

test('asks for what is wanted, and gives items as they come, however they are cut', async () => {
  const { requests, connect } = await start((response) => {
    begin(response);
    const text = `${attempt('att_1', 1)}event: skipped\nid: 2\ndata: {"attempts":3}\n\nevent: unknown\ndata: {}\n\n${attempt('att_ü', 3)}`;
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf('ü') + 1;
    response.write(bytes.subarray(0, cut));
    setImmediate(() => response.write(bytes.subarray(cut)));
  });
  const params: StreamParams = { webhookId: 7, only: ['attempt', 'state'] };
  const items = await take(connect().stream(params), 3);
  expect(items).toEqual([
    { type: 'attempt', data: { id: 'att_1' } },
    { type: 'skipped', data: { attempts: 3 } },
    { type: 'attempt', data: { id: 'att_ü' } },
  ]);
  const [request] = requests.items;
  expect(request?.url).toBe('/v1/stream?webhookId=7&only=attempt%2Cstate');
  expect(request?.headers).toMatchObject({ authorization: 'Bearer tok-1' });
  expect(request?.headers['last-event-id']).toBeUndefined();
});

test('leaving the loop closes the connection', async () => {
  const closed = createLatch<string>('closed connections');
  const { connect } = await start((response, request) => {
    request.socket.once('close', () => closed.push('closed'));
    begin(response);
    response.write(attempt('att_1', 1));
  });
  await take(connect().stream(), 1);
  await closed.waitFor(1);
});

test('a connection that is lost is replaced from the last cursor on, and what comes twice is given once', async () => {
  const { requests, connect } = await start((response, _request, nth) => {
    begin(response, 1000 * nth);
    if (nth === 1) {
      response.write(attempt('att_1', 1111), () => response.destroy());
    } else if (nth === 2) {
      response.write(`: 2222\n\n`, () => response.end());
    } else {
      response.write(attempt('att_1', 3333) + attempt('att_2', 3333));
    }
  });
  expect(idsOf(await take(connect().stream(), 2))).toEqual(['att_1', 'att_2']);
  expect(requests.items.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1111', '2222']);
});

test('what is refused for a moment is tried again, what is refused for good is thrown', async () => {
  const { connect } = await start((response, _request, nth) => {
    if (nth === 1) refuse(response, 503, 'unavailable', { 'retry-after': '0' });
    else if (nth === 2) {
      begin(response);
      response.write(attempt('att_1', 1), () => response.end());
    } else refuse(response, 401, 'unauthenticated');
  });
  const seen: StreamItem[] = [];
  const following = (async () => {
    for await (const item of connect().stream()) seen.push(item);
  })();
  await expect(following).rejects.toMatchObject({ name: 'PosthornApiError', status: 401, code: 'unauthenticated' });
  expect(idsOf(seen)).toEqual(['att_1']);
});

test('one that cannot be opened is given up after as many tries as other calls', async () => {
  const { requests, connect } = await start((response) => void response.destroy());
  await expect(take(connect({ retries: 1 }).stream(), 1)).rejects.toMatchObject({ name: 'PosthornConnectionError' });
  expect(requests.items).toHaveLength(2);
});

test('an answer that is no stream is an error that says so', async () => {
  const { connect } = await start((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await expect(take(connect().stream(), 1)).rejects.toMatchObject({ code: 'unexpected_answer' });
});

test('a signal ends it, with its reason', async () => {
  const { requests, connect } = await start((response) => begin(response));
  const controller = new AbortController();
  const following = take(connect().stream({}, { signal: controller.signal }), 1);
  await requests.waitFor(1);
  controller.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
});
