import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Content, NDJSON, type Operation } from '@posthorn/openapi';
import { JSON_PROBES, mutateJson } from '@posthorn/testing';
import type { RawAnswer } from '../testing/start-test-dialect.ts';
import { MAX_BODY_BYTES, OPERATIONS, startTestWalk, type TestWalk } from '../testing/start-test-walk.ts';

let walk: TestWalk;

beforeAll(async () => {
  walk = await startTestWalk();
});

afterEach(() => walk.assertNoFaults());

afterAll(() => walk.close());

const jsonOf = ({ body }: Operation): Content | undefined =>
  body?.contents.find(({ mediaType }) => mediaType === 'application/json');

const withBody = OPERATIONS.filter((operation) => jsonOf(operation) !== undefined);
const withQuery = OPERATIONS.filter(({ query }) => query !== undefined);

const DEEP = 9000;

/** Texts that are JSON, and that no schema of ours takes anywhere. */
const STRANGE_TEXTS = [
  'null',
  '"text"',
  '[]',
  '0',
  '{"__proto__": {"name": "x"}}',
  '{"constructor": {"prototype": {}}}',
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP / 3)}1${'}'.repeat(DEEP / 3)}`,
];

/** Values that PostgreSQL or JavaScript cannot hold as they are, for each field in turn. */
const STRANGE_VALUES = ['"\\u0000"', '"\\ud800"', '1e999', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`];

/** Of many events each is refused by itself: what the first bad one of them is told, as if it had been alone. */
const refusalOf = ({ status, body }: RawAnswer): { status: number; code: string; errors: { path: string }[] } => {
  if (status !== 202 || !(body.failed > 0)) return { status, code: body.code, errors: body.errors };
  const { error } = body.results.find((result: object) => 'error' in result);
  return { status: 422, ...error };
};

/** Takes them all: any JSON value is data. */
const ANYTHING = new Set(['publishEvent data']);

describe('a body', () => {
  test.each(withBody)(
    '$id with wrong types, missing and unknown fields is `validation_failed` and names them',
    async (operation) => {
      const { schema, examples } = jsonOf(operation)!;
      const ids = await walk.makeIds(operation.path);
      const bodies = [
        ...JSON_PROBES,
        ...Object.values(examples).flatMap((example) => mutateJson(walk.localize(example))),
      ];
      const wrong = bodies.filter((body) => schema.validate(body, { convert: false }).error !== undefined);
      expect(wrong.length).toBeGreaterThan(5);
      for (const body of wrong) {
        const { status, code, errors } = refusalOf(await walk.call(operation, { ids, json: body }));
        const text = JSON.stringify(body).slice(0, 200);
        expect([text, status, code]).toEqual([text, 422, 'validation_failed']);
        expect(errors).not.toHaveLength(0);
        for (const { path } of errors) expect(path).toMatch(/^(?:\/.*)?$/);
      }
    },
  );

  test.each(withBody)(
    '$id with values that cannot be stored is refused or takes them, and nothing breaks',
    async (operation) => {
      const { examples } = jsonOf(operation)!;
      const [example] = Object.values(walk.localize(examples)) as Record<string, unknown>[];
      const names = new Set(Object.values(examples).flatMap((one) => Object.keys(one as object)));
      const ids = await walk.makeIds(operation.path);
      for (const text of STRANGE_TEXTS) {
        const { status, body } = await walk.call(operation, { ids, body: text });
        expect([text.slice(0, 40), status, body.code]).toEqual([text.slice(0, 40), 422, 'validation_failed']);
      }
      for (const name of names) {
        for (const value of STRANGE_VALUES) {
          const { [name]: _, ...rest } = example!;
          const text = `${JSON.stringify(rest).slice(0, -1)}${Object.keys(rest).length > 0 ? ',' : ''}"${name}":${value}}`;
          const { status, code } = refusalOf(await walk.call(operation, { ids, body: text }));
          const taken = ANYTHING.has(`${operation.id} ${name}`) && status === 202;
          expect([name, value.slice(0, 20), taken || code]).toEqual([
            name,
            value.slice(0, 20),
            taken || 'validation_failed',
          ]);
        }
      }
    },
  );

  test.each(withBody.filter(({ body }) => body?.required === true))(
    '$id without one is `validation_failed`',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const { status, body } = await walk.call(operation, { ids });
      expect([status, body.code]).toEqual([422, 'validation_failed']);
    },
  );

  const BROKEN = ['{', '{"a":}', '{"a" 1}', "{'a': 1}", 'undefined', '\u0000', '{"a": 1} {"b": 2}', '\ufeff\ufeff{}'];

  test.each(withBody)('$id with what is not JSON is `malformed_body`', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    for (const text of BROKEN) {
      const { status, body } = await walk.call(operation, { ids, body: text });
      expect([text, status, body.code]).toEqual([text, 400, 'malformed_body']);
    }
    const unpacked = await walk.call(operation, { ids, body: '{}', headers: { 'content-encoding': 'gzip' } });
    expect([unpacked.status, unpacked.body.code]).toEqual([400, 'malformed_body']);
  });

  const TYPES = [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/xml' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'json' },
    { 'content-type': '' },
    { 'content-type': 'application/json; charset=iso-8859-1' },
    { 'content-encoding': 'compress' },
  ];

  test.each(withBody)(
    '$id with a content type that it does not read is `unsupported_media_type`',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      for (const headers of TYPES) {
        const { status, body } = await walk.call(operation, { ids, body: '{}', headers });
        expect([headers, status, body.code]).toEqual([headers, 415, 'unsupported_media_type']);
      }
    },
  );

  test.each(withBody)('$id with one that is too large is `body_too_large`, packed or not', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const text = JSON.stringify({ name: 'x'.repeat(MAX_BODY_BYTES) });
    const plain = await walk.call(operation, { ids, body: text });
    expect([plain.status, plain.body.code]).toEqual([413, 'body_too_large']);
    const packed = await walk.call(operation, { ids, body: gzipSync(text), headers: { 'content-encoding': 'gzip' } });
    expect([packed.status, packed.body.code]).toEqual([413, 'body_too_large']);
  });
});

describe('a stream', () => {
  const LINES = [
    '{',
    'null',
    '"text"',
    '{}',
    '{"type":1,"data":1}',
    '{"type":"a.b"}',
    '\u0000',
    'x'.repeat(MAX_BODY_BYTES + 1),
  ];
  const streams = OPERATIONS.filter(({ body }) => body?.contents.some(({ mediaType }) => mediaType === NDJSON));

  test.each(streams)('$id answers each bad line by itself, and goes on behind it', async (operation) => {
    const ids = await walk.makeIds(operation.path);
    const text = [...LINES, '{"type":"a.b","data":1}'].join('\n');
    const { status, text: answer } = await walk.call(operation, {
      ids,
      body: text,
      headers: { 'content-type': NDJSON },
    });
    expect(status).toBe(202);
    const lines = answer
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, LINES.length).every((line) => line.error !== undefined)).toBe(true);
    expect(lines.slice(LINES.length)).toEqual([
      { line: LINES.length + 1, id: expect.stringMatching(/^evt_/), deliveries: 0 },
      { end: { reason: 'complete', accepted: 1, failed: LINES.length } },
    ]);
  });
});

describe('a query', () => {
  const WRONG_LIMITS = ['0', '201', '-1', '1.5', 'abc', '', '1e2', '%00', '9'.repeat(400)];
  const WRONG_CURSORS = ['', 'nonsense', '%00', 'x'.repeat(300), 'd2ViaG9va3M6LTE', '%F0%9F%93%AF'];

  test.each(withQuery)(
    '$id with parameters that are wrong is `validation_failed` and names them',
    async (operation) => {
      const ids = await walk.makeIds(operation.path);
      const { keys = {} } = operation.query!.describe() as { keys?: object };
      const queries = [
        ...WRONG_LIMITS.map((limit) => ['limit', `limit=${limit}`]),
        ...WRONG_CURSORS.map((cursor) => ['cursor', `cursor=${cursor}`]),
        ['unknown', 'unknown=1'],
        ...Object.keys(keys).flatMap((name) => [
          [name, `${name}=`],
          [name, `${name}=%00`],
          [name, `${name}=${'x'.repeat(5000)}`],
          [name, `${name}=a&${name}=b`],
        ]),
      ];
      for (const [name, query] of queries) {
        const { status, body } = await walk.call(operation, { ids, query: `?${query}` });
        expect([query, status, body.code]).toEqual([query, 422, 'validation_failed']);
        expect(body.errors.map(({ path }: { path: string }) => path.split('/')[0])).toContain(name);
      }
    },
  );
});
