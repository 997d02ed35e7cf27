import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { createLatch } from '@posthorn/testing';
import { type EventStream, openEventStream } from './event-stream.ts';

const MAX_UNREAD_BYTES = 1024 * 1024;

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A stream, and a client that has connected and reads nothing yet. */
const connect = async () => {
  const ends = createLatch<string>('ends');
  const streams = createLatch<{ stream: EventStream<'stopping'>; unreadBytes(): number }>('streams');
  const server = createServer((_request, response) => {
    const stream = openEventStream<'stopping'>(response, {
      maxUnreadBytes: MAX_UNREAD_BYTES,
      reconnectMs: 2000,
      onEnd: (reason) => ends.push(reason),
    });
    streams.push({ stream, unreadBytes: () => response.writableLength });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const client = request({ host: '127.0.0.1', port, agent: false });
  client.on('error', () => {});
  // With a listener it is kept, and not read before somebody does.
  const answer = new Promise<IncomingMessage>((resolve) => void client.once('response', resolve));
  closers.push(() => void client.destroy());
  client.end();
  const [first] = await streams.waitFor(1);
  return { ...first!, ends, client, answer };
};

test('an event has a name, a cursor if there is one, and data; a comment is none; the end ends the answer', async () => {
  const { stream, ends, answer } = await connect();
  stream.send({ type: 'skipped', data: { attempts: 3 }, id: 17 });
  stream.send({ type: 'request', data: null });
  stream.comment('18');
  stream.end('stopping');
  stream.comment('19');
  expect(await readText(await answer)).toBe(
    'retry: 2000\n\nevent: skipped\nid: 17\ndata: {"attempts":3}\n\nevent: request\ndata: null\n\n: 18\n\n',
  );
  expect(ends.items).toEqual(['stopping']);
});

test('a reader that does not read is left once it has much to read, and memory has a bound', async () => {
  const { stream, ends, unreadBytes } = await connect();
  const item = { type: 'skipped', data: { attempts: 1, filler: 'x'.repeat(65_000) } } as const;
  for (let sent = 0; sent < 10_000 && ends.items.length === 0; sent += 1) {
    stream.send({ ...item, id: sent });
    expect(unreadBytes()).toBeLessThan(MAX_UNREAD_BYTES + 100_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await ends.waitFor(1)).toEqual(['slow_reader']);
});

test('a reader that leaves ends it, once', async () => {
  const { stream, ends, client } = await connect();
  client.destroy();
  expect(await ends.waitFor(1)).toEqual(['left']);
  stream.end('stopping');
  expect(ends.items).toEqual(['left']);
});
