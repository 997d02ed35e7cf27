import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeId } from '@posthorn/contracts';
import { waitUntil } from '@posthorn/testing';
import { line, openStream, type TestStream } from '../testing/open-stream.ts';
import { startTestIngest, type TestIngest } from '../testing/start-test-ingest.ts';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest({ publishing: { batchSize: 10 }, limits: { maxBodyBytes: 2000 } });
  await ingest.webhook({ events: ['contact.*'] });
});
afterAll(() => ingest.close());

const stored = (where: object = {}) => ingest.database.prisma.event.count({ where });

/** Of each result its line and what became of it. */
const short = ({ results }: TestStream): string[] =>
  results.items.map((result) =>
    result.end === undefined
      ? `${result.line} ${result.error?.code ?? 'published'}`
      : `${result.end.reason}: ${result.end.accepted} accepted, ${result.end.failed} failed`,
  );

/** Sends text, or parts of it one by one, as the whole of a stream. */
const stream = async (text: string | Buffer, headers: Record<string, string> = {}): Promise<TestStream> => {
  const opened = openStream(ingest, { headers });
  opened.request.end(text);
  await opened.ended;
  return opened;
};

describe('a stream', () => {
  test('answers each line while it goes on, once its event and deliveries are stored', async () => {
    const { request, results, response, ended } = openStream(ingest);
    const answer = await response;
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([202, 'application/x-ndjson']);
    for (let n = 1; n <= 3; n += 1) {
      request.write(line({ data: n }));
      const result = (await results.waitFor(n))[n - 1];
      expect(result).toEqual({ line: n, id: expect.stringMatching(/^evt_/), deliveries: 1 });
      const eventId = decodeId('event', result.id) ?? '';
      expect(await ingest.database.prisma.delivery.count({ where: { eventId } })).toBe(1);
    }
    request.end();
    expect(await ended).toEqual({ end: { reason: 'complete', accepted: 3, failed: 0 } });
  });

  test('takes 20,000 lines and answers them in order, whatever the parts that they come in', async () => {
    const before = await stored();
    const { request, results, ended } = openStream(ingest);
    const text = Array.from({ length: 20_000 }, (_, n) => line({ type: 'bulk', data: n % 3 === 0 ? 'ü€😀' : n })).join(
      '',
    );
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7919) request.write(bytes.subarray(at, at + 7919));
    request.end();
    expect(await ended).toEqual({ end: { reason: 'complete', accepted: 20_000, failed: 0 } });
    expect(results.items.slice(0, -1).map((result) => result.line)).toEqual(
      Array.from({ length: 20_000 }, (_, n) => n + 1),
    );
    expect(new Set(results.items.map(({ id }) => id)).size).toBe(20_001);
    expect(await stored()).toBe(before + 20_000);
  });

  test('has an error for each line that is no event, and goes on', async () => {
    const opened = await stream(
      Buffer.concat([
        Buffer.from(`\uFEFF${line()}`),
        Buffer.from('{"type":\n'),
        Buffer.from('{"type":"a","data":"\0"}\n'),
        Buffer.from([...Buffer.from('{"type":"a","data":"'), 0xff, ...Buffer.from('"}\n')]),
        Buffer.from(line({ type: 'a b', idempotencyKey: 1 })),
        Buffer.from(line({ data: 'x'.repeat(2000) })),
        Buffer.from(`"${'x'.repeat(300_000)}"\n`),
        Buffer.from('\n  \r\n\t\n'),
        Buffer.from(line({ data: '\u0000' }).replace('\n', '\r\n')),
        Buffer.from('[]\nnull\n'),
        Buffer.from(line().trimEnd()),
      ]),
    );
    expect(short(opened)).toEqual([
      '1 published',
      '2 malformed_body',
      '3 malformed_body',
      '4 malformed_body',
      '5 validation_failed',
      '6 body_too_large',
      '7 body_too_large',
      '11 published',
      '12 validation_failed',
      '13 validation_failed',
      '14 published',
      'complete: 3 accepted, 8 failed',
    ]);
    expect(opened.results.items.slice(1, 6).map(({ error }) => error)).toEqual([
      { code: 'malformed_body', detail: 'The line is not JSON.' },
      { code: 'malformed_body', detail: 'The line is not JSON.' },
      { code: 'malformed_body', detail: 'The line is not UTF-8.' },
      {
        code: 'validation_failed',
        detail: expect.stringContaining('(and 1 more)'),
        errors: [expect.objectContaining({ path: '/type' }), expect.objectContaining({ path: '/idempotencyKey' })],
      },
      { code: 'body_too_large', detail: 'The event exceeds 2000 bytes.' },
    ]);
  });

  test('without a line is complete, and a line alone needs no end', async () => {
    expect(short(await stream(''))).toEqual(['complete: 0 accepted, 0 failed']);
    expect(short(await stream(line().trimEnd()))).toEqual(['1 published', 'complete: 1 accepted, 0 failed']);
  });

  test('keeps numbers as they were written', async () => {
    const { results } = await stream('{"type":"a","data":{"n":12345678901234567890}}\n');
    const id = decodeId('event', results.items[0].id) ?? '';
    const rows = await ingest.database.prisma.$queryRaw`SELECT data::text AS data FROM events WHERE id = ${id}::uuid`;
    expect(rows).toEqual([{ data: '{"n":12345678901234567890}' }]);
  });

  test('may hold the same key several times: as if one event came after the other, however far apart', async () => {
    const keyed = (data: unknown) => line({ data, idempotencyKey: 'stream' });
    const filler = Array.from({ length: 25 }, (_, n) => line({ idempotencyKey: `filler-${n}` })).join('');
    const { results } = await stream(`${keyed(1)}${keyed(2)}${filler}${keyed(1)}${filler}${keyed(2)}${keyed(1)}`);
    const of = (number: number) => results.items[number - 1];
    expect([2, 54].map((number) => of(number).error.code)).toEqual(['idempotency_conflict', 'idempotency_conflict']);
    expect([28, 55].map((number) => of(number).id)).toEqual([of(1).id, of(1).id]);
    expect(of(29).id).toBe(of(3).id);
    expect(await stored({ idempotencyKey: 'stream' })).toBe(1);
  });

  test('can be sent again after it broke: lines with the same keys are answered as before and not published twice', async () => {
    const text = Array.from({ length: 40 }, (_, n) => line({ data: n, idempotencyKey: `resume-${n}` })).join('');
    const broken = openStream(ingest);
    broken.request.write(text);
    const answered = (await broken.results.waitFor(15)).slice(0, 15);
    broken.request.destroy();
    const { results } = await stream(text);
    expect(results.items).toHaveLength(41);
    expect(results.items.slice(0, 15).map(({ id }) => id)).toEqual(answered.map(({ id }) => id));
    expect(await stored({ idempotencyKey: { startsWith: 'resume-' } })).toBe(40);
  });

  test('may be packed', async () => {
    const text = line().repeat(500);
    const packed = await stream(gzipSync(text), { 'content-encoding': 'gzip' });
    expect(short(packed).at(-1)).toBe('complete: 500 accepted, 0 failed');
    const cut = await stream(gzipSync(text).subarray(0, -20), { 'content-encoding': 'gzip' });
    expect(cut.results.items.at(-1)).toMatchObject({ end: { reason: 'malformed_body', failed: 0 } });
    const noise = await stream('no gzip', { 'content-encoding': 'gzip' });
    expect(short(noise)).toEqual(['malformed_body: 0 accepted, 0 failed']);
    const unknown = await openStream(ingest, { headers: { 'content-encoding': 'zstd' } }).response;
    expect(unknown.statusCode).toBe(415);
    unknown.destroy();
  });

  test('needs a token that may publish', async () => {
    const token = await ingest.tokenOf(ingest.accountId, 'read');
    for (const [other, status] of [
      ['unknown', 401],
      [token, 403],
    ] as const) {
      const { request, response } = openStream({ url: ingest.url, token: other });
      request.end(line());
      expect((await response).statusCode).toBe(status);
    }
  });

  test('ends within seconds after its token is revoked, and what comes then is not published', async () => {
    const token = await ingest.tokenOf(ingest.accountId, 'publish');
    const { request, results, ended } = openStream({ url: ingest.url, token });
    request.write(line());
    await results.waitFor(1);
    await ingest.database.prisma.token.updateMany({
      where: { scopes: { equals: ['publish'] } },
      data: { revoked: new Date() },
    });
    try {
      let last: { end?: object } = {};
      void ended.then((end) => (last = end));
      await waitUntil('the stream ends', () => {
        if (last.end === undefined && request.writable) request.write(line({ type: 'late' }));
        return last.end;
      });
      expect(last.end).toMatchObject({ reason: 'unauthenticated' });
      // One line of each type has an answer, or was not published.
      const answered = results.items.filter(({ id }) => id !== undefined).length;
      expect(await stored({ type: 'late' })).toBe(answered - 1);
    } finally {
      request.destroy();
      await ingest.database.prisma.token.updateMany({ data: { revoked: null } });
    }
  });

  test('is one line of the log, with what became of it', async () => {
    await stream(`${line()}no event\n`);
    const isOfIt = (entry: Record<string, unknown>) => entry['streamEnd'] === 'complete' && entry['failed'] === 1;
    expect(await waitUntil('it is logged', () => ingest.logLines.items.findLast(isOfIt))).toMatchObject({
      message: 'request.answered',
      path: '/v1/events/batch',
      status: 202,
      accepted: 1,
    });
  });
});
