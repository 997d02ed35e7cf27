import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configSchema, decodeId, serviceSettings } from '@posthorn/contracts';
import { waitUntil } from '@posthorn/testing';
import { type Answer, problem, startTestIngest, type TestIngest } from './testing/start-test-ingest.ts';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest({
    publishing: { batchSize: 10 },
    limits: { maxBodyBytes: 2000, maxBatchBytes: 100_000 },
  });
  await ingest.webhook({ events: ['contact.*'] });
});
afterAll(() => ingest.close());

const path = '/v1/events/batch';
const publish = (events: unknown[]) => ingest.publish({ path, body: { events } });
const event = (values: object = {}) => ({ type: 'contact.created', data: { id: 1 }, ...values });
const stored = (where: object) => ingest.database.prisma.event.count({ where });
const dataOf = async (id: string) => {
  const uuid = decodeId('event', id) ?? '';
  const rows = await ingest.database.prisma.$queryRaw<{ data: string }[]>`
    SELECT data::text AS data FROM events WHERE id = ${uuid}::uuid`;
  return rows[0]?.data;
};

/** Of each result whether there is an id, or else which error with which fields. */
const short = ({ body }: Answer): string[] =>
  body.results.map((result: { id?: string; error?: { code: string; errors?: { path: string; code: string }[] } }) =>
    result.error === undefined
      ? 'published'
      : [result.error.code, ...(result.error.errors ?? []).map(({ path: at, code }) => `${at} ${code}`)].join(' '),
  );

describe('a batch', () => {
  test('is stored with all deliveries when the answer arrives, with a result for each event in order', async () => {
    const events = Array.from({ length: 35 }, (_, n) => event({ type: n % 2 === 0 ? 'contact.a' : 'sale.b', data: n }));
    const answer = await publish(events);
    expect([answer.status, answer.body.accepted, answer.body.failed]).toEqual([202, 35, 0]);
    const { results } = answer.body as { results: { id: string; deliveries: number }[] };
    expect(results.map(({ deliveries }) => deliveries)).toEqual(events.map((_, n) => (n + 1) % 2));
    expect(await Promise.all(results.map(({ id }) => dataOf(id)))).toEqual(events.map((_, n) => String(n)));
    expect(await ingest.database.prisma.delivery.count()).toBe(18);
  });

  test('has an error for each event that is not valid, as by itself, and publishes the others', async () => {
    const bad = [
      {},
      null,
      event({ type: 'a b', extra: 1 }),
      event({ data: 'x'.repeat(2000) }),
      event({ occurredAt: 1 }),
    ];
    const alone = await Promise.all(
      bad.map((body) => ingest.publish({ body: body ?? 'null', ...(body === null ? { text: 'null' } : {}) })),
    );
    const answer = await publish(bad.flatMap((body) => [body, event()]));
    expect([answer.status, answer.body.accepted, answer.body.failed]).toEqual([202, 5, 5]);
    answer.body.results.forEach((result: { error?: object }, index: number) => {
      if (index % 2 === 1) expect(result).toEqual({ id: expect.stringMatching(/^evt_/), deliveries: 1 });
      else {
        const { code, detail, errors } = alone[index / 2]!.body;
        const said = code === 'body_too_large' ? { code, detail: 'The event exceeds 2000 bytes.' } : { code, detail };
        expect(result).toEqual({ error: { ...said, ...(errors === undefined ? {} : { errors }) } });
      }
    });
  });

  test('none of whose events is valid is answered in the same way', async () => {
    const answer = await publish([{}, 1]);
    expect([answer.status, answer.body.accepted, answer.body.failed]).toEqual([202, 0, 2]);
  });

  test('keeps every number as it was written, and the depth of every event within its bounds', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const data = ['{"n":12345678901234567890}', '1e400', deep(63), deep(64), '{ "id" : 1 }', '"1e5"'];
    const events = data.map((text) => `{"type":"a","data":${text}}`).join(' ,\n');
    const answer = await ingest.publish({
      path,
      text: `{"note":1,"events":[1],"events" : [ ${events} ]}`.replace('"note":1,', ''),
    });
    expect(short(answer)).toEqual([
      ...Array(3).fill('published'),
      'validation_failed /data json.depth',
      'published',
      'published',
    ]);
    const kept = await Promise.all([0, 1, 2, 4, 5].map((n) => dataOf(answer.body.results[n].id)));
    expect(kept).toEqual([data[0], data[1], data[2], '{"id":1}', data[5]]);
  });

  test('may hold the same key several times: as if one event came after the other, however far apart', async () => {
    const keyed = (idempotencyKey: string, data: unknown) => event({ data, idempotencyKey });
    await publish([keyed('before', 1)]);
    const filler = Array.from({ length: 30 }, () => event());
    const answer = await publish([
      keyed('twice', 1),
      keyed('twice', 2),
      ...filler,
      keyed('twice', 1),
      keyed('before', 2),
      keyed('before', 1),
      keyed('twice', 2),
    ]);
    const [conflict, ok] = ['idempotency_conflict /idempotencyKey idempotency_conflict', 'published'];
    expect(short(answer)).toEqual([ok, conflict, ...filler.map(() => ok), ok, conflict, ok, conflict]);
    const { results } = answer.body;
    expect(results[32].id).toBe(results[0].id);
    expect(await Promise.all([dataOf(results[0].id), stored({ idempotencyKey: 'twice' })])).toEqual(['1', 1]);
  });

  test('an event that PostgreSQL refuses fails alone, and is logged', async () => {
    const { prisma } = ingest.database;
    await prisma.$executeRaw`ALTER TABLE events ADD CONSTRAINT poison CHECK (data::text <> '"poison"')`;
    try {
      const before = await stored({});
      const events = Array.from({ length: 15 }, (_, n) => event({ data: n === 7 ? 'poison' : n }));
      const answer = await publish(events);
      expect(short(answer)).toEqual(events.map((_, n) => (n === 7 ? 'internal_error' : 'published')));
      expect(await stored({})).toBe(before + 14);
      expect(ingest.logLines.items.filter((line) => line['message'] === 'events.failed')).toEqual([
        expect.objectContaining({ level: 'error', events: 1 }),
      ]);
      // Nothing of it was accepted, and that is no fault of its own.
      expect(problem(await publish([event({ data: 'poison' })]))).toEqual([500, 'internal_error', undefined]);
    } finally {
      await prisma.$executeRaw`ALTER TABLE events DROP CONSTRAINT poison`;
    }
  });

  test('may be packed, and says in the log how much of it was taken', async () => {
    const text = gzipSync(JSON.stringify({ events: [event(), 1] }));
    const answer = await ingest.publish({ path, text, headers: { 'content-encoding': 'gzip' } });
    expect(short(answer)).toEqual(['published', 'validation_failed  object.base']);
    const isOfIt = (line: Record<string, unknown>) => line['path'] === path && line['accepted'] === 1;
    const logged = await waitUntil('the request is logged', () => ingest.logLines.items.findLast(isOfIt));
    expect(logged).toMatchObject({ message: 'request.answered', status: 202, failed: 1 });
  });
});

describe('a body that is no batch', () => {
  test.each<[string, unknown, string]>([
    ['without events', {}, '/events any.required'],
    ['with no event', { events: [] }, '/events array.min'],
    ['with 1,001 events', { events: Array(1001).fill(1) }, '/events array.max'],
    ['with one event that is no list', { events: event() }, '/events array.base'],
    ['with more than events', { events: [event()], atomic: true }, '/atomic object.unknown'],
    ['that is a list', [event()], ' object.base'],
  ])('%s is refused as a whole', async (_what, body, error) => {
    expect(problem(await ingest.publish({ path, body }))).toEqual([422, 'validation_failed', [error]]);
  });

  test('damaged, too large, of another type or encoding says which', async () => {
    expect(problem(await ingest.publish({ path, text: '{"events":[' }))).toEqual([400, 'malformed_body', undefined]);
    expect(problem(await ingest.publish({ path, text: '' }))).toEqual([
      422,
      'validation_failed',
      ['/events any.required'],
    ]);
    const large = await publish([event({ data: 'x'.repeat(100_000) })]);
    expect([...problem(large), large.body.detail]).toEqual([
      413,
      'body_too_large',
      undefined,
      'The body exceeds 100000 bytes.',
    ]);
    const csv = await ingest.publish({ path, headers: { 'content-type': 'text/csv' } });
    expect([...problem(csv), csv.body.detail]).toEqual([
      415,
      'unsupported_media_type',
      undefined,
      'The body must be application/json, or application/x-ndjson for a stream, not text/csv.',
    ]);
    const utf16 = Buffer.from(JSON.stringify({ events: [event()] }), 'utf16le');
    const headers = { 'content-type': 'application/json; charset=utf-16le' };
    expect(problem(await ingest.publish({ path, text: utf16, headers }))).toEqual([
      415,
      'unsupported_media_type',
      undefined,
    ]);
  });

  test('needs a token that may publish, and POST', async () => {
    expect(problem(await ingest.publish({ path, token: 'unknown' }))).toEqual([401, 'unauthenticated', undefined]);
    const token = await ingest.tokenOf(ingest.accountId, 'manage');
    expect(problem(await ingest.publish({ path, token }))).toEqual([403, 'forbidden', undefined]);
    const got = await fetch(`${ingest.url}${path}`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

test('1,000 events of 10 KiB fit by default', async () => {
  const { value } = configSchema({ limit: serviceSettings.ingest.MAX_BATCH_BYTES }).validate({});
  const large = await startTestIngest({
    limits: { maxBodyBytes: 1024 * 1024, maxBatchBytes: Number(value?.['limit']) },
  });
  try {
    const one = JSON.stringify(event({ data: '' })).length + 1;
    const events = Array(1000).fill(event({ data: 'x'.repeat(10 * 1024 - one) }));
    const answer = await large.publish({ path, body: { events } });
    expect([answer.status, answer.body.accepted]).toEqual([202, 1000]);
  } finally {
    await large.close();
  }
});
