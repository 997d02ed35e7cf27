import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cutDatabase, waitUntil } from '@posthorn/testing';
import { flood, line, openStream, type TestStream } from '../testing/open-stream.ts';
import { startTestIngest, type TestIngest } from '../testing/start-test-ingest.ts';

let ingest: TestIngest;
afterEach(() => ingest.close());

const stored = () => ingest.database.prisma.event.count();
const published = ({ results }: TestStream): number => results.items.filter(({ id }) => id !== undefined).length;

describe('a stream ends', () => {
  test('when the service stops: what was read is committed and answered, and the rest is not', async () => {
    ingest = await startTestIngest();
    const [busy, quiet] = [openStream(ingest), openStream(ingest)];
    quiet.request.write(line());
    await quiet.results.waitFor(1);
    flood(busy);
    await busy.results.waitFor(1000);
    const stopped = ingest.stop();
    expect(await quiet.ended).toEqual({ end: { reason: 'stopping', accepted: 1, failed: 0 } });
    expect(await busy.ended).toEqual({ end: { reason: 'stopping', accepted: published(busy), failed: 0 } });
    for (const { request } of [busy, quiet]) request.destroy();
    await stopped;
    expect(await stored()).toBe(published(busy) + 1);
  });

  test('when the service stops, for a client that goes on sending and does not go away', async () => {
    ingest = await startTestIngest();
    const busy = openStream(ingest);
    flood(busy);
    await busy.results.waitFor(100);
    await ingest.stop();
    expect((await busy.ended).end.reason).toBe('stopping');
    busy.request.destroy();
  });

  test('when its client sends nothing for too long, in order', async () => {
    ingest = await startTestIngest({ limits: { idleMs: 100 } });
    const { request, ended } = openStream(ingest);
    request.write(`${line()}${line().trimEnd()}`);
    // The second line has no end yet: it is not known to be whole.
    expect(await ended).toEqual({ end: { reason: 'idle', accepted: 1, failed: 0 } });
    request.destroy();
  });

  test('when its client does not read: it is not read from, and loses the connection', async () => {
    ingest = await startTestIngest({ limits: { idleMs: 300 } });
    const { request, response } = openStream(ingest, { read: false });
    const fields = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, 1]));
    // Each line is answered with some 15 kB of errors: 60 MB in all.
    const closed = new Promise((resolve) => request.on('error', () => {}).once('close', resolve));
    const answer = await response;
    answer.on('error', () => {});
    request.end(`${JSON.stringify(fields)}\n`.repeat(4000));
    await closed;
    expect(answer.complete).toBe(false);
  });

  test('with all results, for a client that reads only after it has sent 10,000 lines', async () => {
    ingest = await startTestIngest();
    const { request, response } = openStream(ingest, { read: false });
    const answer = await response;
    request.end(line().repeat(10_000));
    await once(request, 'finish');
    const lines = (await text(answer)).trimEnd().split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([10_001, '{"end":{"reason":"complete","accepted":10000,"failed":0}}']);
  });

  test('when PostgreSQL is away: what has an id is stored, and the rest can be sent again', async () => {
    ingest = await startTestIngest();
    const busy = openStream(ingest);
    flood(busy);
    await busy.results.waitFor(500);
    const restore = await cutDatabase(ingest.databaseUrl);
    try {
      const { end } = await busy.ended;
      busy.request.destroy();
      expect(end.reason).toBe('unavailable');
      const failed = busy.results.items.filter(({ error }) => error !== undefined);
      expect(new Set(failed.map(({ error }) => error.code))).toEqual(new Set(failed.length > 0 ? ['unavailable'] : []));
      expect(end).toEqual({ reason: 'unavailable', accepted: published(busy), failed: failed.length });
    } finally {
      await restore();
    }
    // A connection that broke in the very commit may have stored more.
    await waitUntil('it can be asked again', () =>
      stored().then(
        () => true,
        () => false,
      ),
    );
    expect(await stored()).toBeGreaterThanOrEqual(published(busy));
  });

  test('with its client: what was answered is stored, and its place is free again', async () => {
    ingest = await startTestIngest({ limits: { maxStreams: 1 } });
    const gone = openStream(ingest);
    flood(gone);
    await gone.results.waitFor(200);
    const second = await openStream(ingest).response;
    expect([second.statusCode, Number(second.headers['retry-after']) > 0]).toEqual([503, true]);
    second.destroy();
    const answered = published(gone);
    gone.request.destroy();
    const next = await waitUntil('its place is free', async () => {
      const stream = openStream(ingest);
      if ((await stream.response).statusCode === 202) return stream;
      stream.request.destroy();
      return null;
    });
    next.request.end(line());
    expect(await next.ended).toEqual({ end: { reason: 'complete', accepted: 1, failed: 0 } });
    expect(await stored()).toBeGreaterThan(answered);
    const isOfIt = (entry: Record<string, unknown>) =>
      entry['aborted'] === true && Number(entry['accepted']) >= answered;
    await waitUntil('it is logged', () => ingest.logLines.items.find(isOfIt));
  });
});
