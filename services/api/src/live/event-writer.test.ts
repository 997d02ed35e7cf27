import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { createLatch } from '@posthorn/testing';
import { createEventWriter, type EventWriter, type LiveEndReason, MAX_UNREAD_BYTES } from './event-writer.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A writer, and a client that has connected and reads nothing yet. */
const connect = async () => {
  const ends = createLatch<LiveEndReason>('ends');
  const writers = createLatch<{ writer: EventWriter; unreadBytes(): number }>('writers');
  const server = createServer((_request, response) => {
    const writer = createEventWriter(response, (reason) => ends.push(reason));
    writers.push({ writer, unreadBytes: () => response.writableLength });
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
  const [first] = await writers.waitFor(1);
  return { ...first!, ends, client, answer };
};

test('an item is an event with name, cursor and data; a beat is a comment; the end ends the answer', async () => {
  const { writer, ends, answer } = await connect();
  writer.send({ type: 'skipped', data: { attempts: 3 } }, 17);
  writer.beat(18);
  writer.end('stopping');
  writer.beat(19);
  expect(await readText(await answer)).toBe('retry: 2000\n\nevent: skipped\nid: 17\ndata: {"attempts":3}\n\n: 18\n\n');
  expect(ends.items).toEqual(['stopping']);
});

test('a reader that does not read is left once it has much to read, and memory has a bound', async () => {
  const { writer, ends, unreadBytes } = await connect();
  const item = { type: 'skipped', data: { attempts: 1, filler: 'x'.repeat(65_000) } } as const;
  for (let sent = 0; sent < 10_000 && ends.items.length === 0; sent += 1) {
    writer.send(item, sent);
    expect(unreadBytes()).toBeLessThan(MAX_UNREAD_BYTES + 100_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await ends.waitFor(1)).toEqual(['slow_reader']);
});

test('a reader that leaves ends it, once', async () => {
  const { writer, ends, client } = await connect();
  client.destroy();
  expect(await ends.waitFor(1)).toEqual(['left']);
  writer.end('stopping');
  expect(ends.items).toEqual(['left']);
});
