import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createPosthornClient,
  type PosthornClientOptions,
  type PublishEventInput,
  type PublishResult,
} from '../index.ts';
import { begin, type ServedStream, startStreamServer } from '../testing/start-stream-server.ts';

type Server = Awaited<ReturnType<typeof startStreamServer>>;

let server: Server;
afterEach(() => server.close());

const connect = (options: Partial<PosthornClientOptions> = {}) =>
  createPosthornClient({ baseUrl: server.url, token: 'tok-1', ...options }).events;

const event = (data: unknown, values: object = {}): PublishEventInput => ({ type: 'a.b', data, ...values });
const events = (count: number, values: object = {}) => Array.from({ length: count }, (_, n) => event(n, values));
const ids = (count: number) => Array.from({ length: count }, (_, n) => `evt_${n}`);

const collect = async (results: AsyncIterable<PublishResult>): Promise<string[]> => {
  const seen: string[] = [];
  for await (const result of results) seen.push('id' in result ? result.id : result.error.code);
  return seen;
};

const serveAll = async (stream: ServedStream): Promise<void> => {
  begin(stream);
  stream.request.once('end', () => {
    void stream.answer(stream.lines.items.length).then(() => stream.end('complete'));
  });
};

describe('publishing a stream', () => {
  test('sends an event a line over one request, each with a key of its own, and gives the results in order', async () => {
    server = await startStreamServer(serveAll);
    expect(await collect(connect().publishStream(events(500)))).toEqual(ids(500));
    const [{ request, lines }] = server.streams as [ServedStream];
    expect([server.streams.length, request.method, request.url]).toEqual([1, 'POST', '/v1/events/batch']);
    expect(request.headers).toMatchObject({ authorization: 'Bearer tok-1', 'content-type': 'application/x-ndjson' });
    expect(lines.items[7]).toEqual({ type: 'a.b', data: 7, idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(new Set(lines.items.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(500);
  });

  test('of nothing asks for nothing', async () => {
    server = await startStreamServer(serveAll);
    expect(await collect(connect().publishStream([]))).toEqual([]);
    expect(server.streams).toEqual([]);
  });

  test('gives a result while the iterable still waits', async () => {
    server = await startStreamServer(async (stream) => {
      begin(stream);
      await stream.answer(2);
      stream.end('complete');
    });
    let goOn: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const source = async function* () {
      yield event(0);
      await answered;
      yield event(1);
    };
    const seen: string[] = [];
    for await (const result of connect().publishStream(source())) {
      seen.push('id' in result ? result.id : '');
      goOn();
    }
    expect(seen).toEqual(ids(2));
  });

  test('takes no more than 1,000 events ahead of the results that were taken', async () => {
    server = await startStreamServer(async (stream) => {
      begin(stream);
      await stream.answer(3000);
      stream.end('complete');
    });
    let taken = 0;
    let most = 0;
    let done = 0;
    const source = function* () {
      for (; taken < 3000; taken += 1) {
        most = Math.max(most, taken - done);
        yield event(taken);
      }
    };
    for await (const _result of connect().publishStream(source())) done += 1;
    expect([done, most <= 1000]).toEqual([3000, true]);
  });

  test('leaving the loop ends the request and closes the iterable', async () => {
    server = await startStreamServer(async (stream) => {
      begin(stream);
      await stream.answer(1);
    });
    let closed = false;
    const source = function* () {
      try {
        for (let n = 0; ; n += 1) yield event(n);
      } finally {
        closed = true;
      }
    };
    for await (const result of connect().publishStream(source())) {
      expect(result).toMatchObject({ id: 'evt_0' });
      break;
    }
    expect(closed).toBe(true);
    const [{ response }] = server.streams as [ServedStream];
    if (!response.destroyed) await new Promise((resolve) => response.once('close', resolve));
  });

  test('a signal ends it with its reason, also while it waits', async () => {
    server = await startStreamServer(begin);
    const controller = new AbortController();
    const reason = new Error('enough');
    const collecting = collect(connect().publishStream(events(3), { signal: controller.signal }));
    const [stream] = await server.waitFor(1);
    await stream?.lines.waitFor(3);
    controller.abort(reason);
    await expect(collecting).rejects.toBe(reason);
    await expect(collect(connect().publishStream(events(3), { signal: controller.signal }))).rejects.toBe(reason);
    expect(server.streams).toHaveLength(1);
  });

  test('what the iterable throws is thrown once the events before it have their results', async () => {
    server = await startStreamServer(serveAll);
    const fault = new Error('no more contacts');
    const source = function* () {
      yield event(0);
      throw fault;
    };
    const seen: PublishResult[] = [];
    const reading = (async () => {
      for await (const result of connect().publishStream(source())) seen.push(result);
    })();
    await expect(reading).rejects.toBe(fault);
    expect(seen).toEqual([{ id: 'evt_0', deliveries: 1 }]);
  });

  test('an event that JSON cannot hold ends it with a TypeError', async () => {
    server = await startStreamServer(serveAll);
    await expect(collect(connect().publishStream([event(1n)]))).rejects.toThrow(TypeError);
  });
});
