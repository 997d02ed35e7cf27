import { expect, test } from '@jest/globals';
import { followStream, pauseBefore, type StreamStatus } from './follow-stream.ts';
import { ApiProblem, Unreachable } from './problem.ts';
import type { CallInput } from './send.ts';
import type { StreamItem } from './types.ts';

const text = new TextEncoder();

const streamOf = (...chunks: string[]): Response => {
  const bytes = chunks.map((chunk) => text.encode(chunk));
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of bytes) controller.enqueue(chunk);
        controller.close();
      },
    }),
  );
};

const skipped = (attempts: number, id: string): string =>
  `id: ${id}\nevent: skipped\ndata: {"attempts":${attempts}}\n\n`;

/** Follows a stream whose connections end as listed; the last one stays until it is over. */
const follow = async (connections: (() => Response)[]) => {
  const stop = new AbortController();
  const asked: CallInput[] = [];
  const items: StreamItem[] = [];
  const statuses: StreamStatus[] = [];
  const pauses: number[] = [];
  await followStream({
    send: async (input) => {
      const connect = connections[asked.length];
      asked.push(input);
      if (connect === undefined) {
        stop.abort();
        throw new DOMException('given up', 'AbortError');
      }
      return connect();
    },
    signal: stop.signal,
    onItem: (item) => items.push(item),
    onStatus: (status) => statuses.push(status),
    pause: async (ms) => void pauses.push(ms),
  });
  return { asked, items, statuses, pauses };
};

test('items arrive whole, however the bytes are cut, and what is unknown or a comment is passed over', async () => {
  const whole = `: hello\n\n${skipped(3, 'a')}event: news\ndata: {}\n\n${skipped(4, 'b')}`;
  const cuts = [whole.slice(0, 20), whole.slice(20, 33), whole.slice(33)];
  const { items } = await follow([() => streamOf(...cuts)]);
  expect(items).toEqual([
    { type: 'skipped', data: { attempts: 3 } },
    { type: 'skipped', data: { attempts: 4 } },
  ]);
});

test('after a connection that ended the next one goes on behind what was read', async () => {
  const { asked, statuses } = await follow([() => streamOf(skipped(1, 'one')), () => streamOf(skipped(2, 'two'))]);
  expect(asked.map(({ headers }) => headers)).toEqual([{}, { 'Last-Event-ID': 'one' }, { 'Last-Event-ID': 'two' }]);
  expect(asked[0]).toMatchObject({ path: '/v1/stream', accept: 'text/event-stream' });
  expect(statuses.slice(0, 4)).toEqual(['connecting', 'live', 'waiting', 'connecting']);
});

test('a server that is away is asked less and less often, and one that came back at once again', async () => {
  const away = () => {
    throw new Unreachable(null);
  };
  const { pauses } = await follow([away, away, away, () => streamOf(skipped(1, 'a')), away]);
  expect(pauses).toEqual([500, 1000, 2000, 500, 1000]);
  expect(pauseBefore(50)).toBe(15_000);
});

test('a refusal is not repeated: the session is over, or the token may not', async () => {
  const refuse = () => {
    throw new ApiProblem({ status: 403, title: 'no', detail: 'no' }, null);
  };
  const { asked, statuses } = await follow([refuse]);
  expect(asked).toHaveLength(1);
  expect(statuses.at(-1)).toBe('closed');
});
