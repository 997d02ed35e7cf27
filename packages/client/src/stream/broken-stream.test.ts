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

describe('a stream that breaks', () => {
  const breakOnce =
    (how: (stream: ServedStream) => void | Promise<void>) => async (stream: ServedStream, nth: number) => {
      if (nth > 1) return serveAll(stream);
      return how(stream);
    };

  test('is sent again from the first event without a result, with the same keys', async () => {
    server = await startStreamServer(
      breakOnce(async (stream) => {
        begin(stream);
        await stream.answer(3);
        await stream.lines.waitFor(10);
        stream.response.destroy();
      }),
    );
    expect(await collect(connect().publishStream(events(10)))).toEqual(ids(10));
    const [first, second] = server.streams as [ServedStream, ServedStream];
    // What was answered last may not have arrived.
    const again = second.lines.items;
    expect(again.length).toBeGreaterThanOrEqual(7);
    expect(again).toEqual(first.lines.items.slice(10 - again.length));
  });

  test('is an error when an event without a key may have been published already', async () => {
    server = await startStreamServer(
      breakOnce(async (stream) => {
        begin(stream);
        await stream.lines.waitFor(2);
        stream.response.destroy();
      }),
    );
    await expect(collect(connect().publishStream(events(2, { idempotencyKey: null })))).rejects.toMatchObject({
      name: 'PosthornConnectionError',
      requestPath: '/v1/events/batch',
    });
    expect(server.streams).toHaveLength(1);
  });

  test.each(['stopping', 'idle', 'unavailable'])(
    'in order (%s) goes on elsewhere, also without keys: what has no answer was not published',
    async (reason) => {
      server = await startStreamServer(
        breakOnce(async (stream) => {
          begin(stream);
          await stream.answer(3);
          stream.end(reason);
        }),
      );
      expect(await collect(connect().publishStream(events(10, { idempotencyKey: null })))).toEqual(ids(10));
      expect((server.streams[1] as ServedStream).lines.items.map(({ data }) => data)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    },
  );

  test('with an event that found the database away: that one is sent again, and not those with a result', async () => {
    server = await startStreamServer(
      breakOnce(async (stream) => {
        begin(stream);
        await stream.answer(1);
        await stream.lines.waitFor(3);
        const error = { code: 'unavailable', detail: 'away' };
        stream.response.write(
          `${JSON.stringify({ line: 2, error })}\n${JSON.stringify({ line: 3, id: 'evt_2', deliveries: 1 })}\n`,
        );
        stream.end('unavailable');
      }),
    );
    expect(await collect(connect().publishStream(events(3)))).toEqual(ids(3));
    expect((server.streams[1] as ServedStream).lines.items.map(({ data }) => data)).toEqual([1]);
  });

  test.each([
    ['overloaded', 503, 2],
    ['forbidden', 403, 1],
  ])('before it began (%s): tried again where that helps', async (code, status, requests) => {
    server = await startStreamServer(
      breakOnce((stream) => {
        stream.response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '0' });
        stream.response.end(JSON.stringify({ code, detail: 'no' }));
      }),
    );
    const collecting = collect(connect().publishStream(events(2)));
    if (requests === 2) expect(await collecting).toEqual(ids(2));
    else await expect(collecting).rejects.toMatchObject({ name: 'PosthornApiError', status, code });
    expect(server.streams).toHaveLength(requests);
  });

  test('again and again without a result in between is given up', async () => {
    server = await startStreamServer((stream) => {
      stream.response.destroy();
    });
    await expect(collect(connect({ retries: 1 }).publishStream(events(2)))).rejects.toMatchObject({
      name: 'PosthornConnectionError',
    });
    expect(server.streams).toHaveLength(2);
  });

  test('by its silence is given up once the time for an answer is over', async () => {
    server = await startStreamServer(breakOnce(begin));
    expect(await collect(connect({ timeoutMs: 200 }).publishStream(events(2)))).toEqual(ids(2));
    expect(server.streams).toHaveLength(2);
  });
});
