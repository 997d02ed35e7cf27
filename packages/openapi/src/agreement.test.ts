import { describe, expect, test } from '@jest/globals';
import { FORMATS } from '@posthorn/dialects';
import { listOperations } from './index.ts';
import { compileRequest } from './testing/compile-request.ts';

/** One of each kind that JSON has, and numbers and texts at which limits are. */
const PROBES: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e9,
  '',
  'text',
  'x'.repeat(5000),
  [],
  [1],
  ['text', 'text'],
  {},
  { unknown: 1 },
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with each of its members in turn replaced by each probe, taken away, or joined by an unknown one. */
const mutate = (value: unknown): unknown[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => [...PROBES, ...mutate(item)].map((changed) => value.with(index, changed)));
  }
  if (!isRecord(value)) return [];
  return [
    { ...value, unknown: 1 },
    ...Object.entries(value).flatMap(([name, member]) => {
      const { [name]: _, ...rest } = value;
      return [rest, ...[...PROBES, ...mutate(member)].map((changed) => ({ ...value, [name]: changed }))];
    }),
  ];
};

const contents = listOperations(FORMATS).flatMap(({ id, body }) =>
  (body?.contents ?? [])
    .filter(({ mediaType }) => mediaType === 'application/json')
    .map((content) => ({ id, content })),
);

describe('what the document says of a body is what validates it', () => {
  test.each(contents)('$id', ({ content }) => {
    const validator = compileRequest(content);
    const bodies = [...PROBES, ...Object.values(content.examples).flatMap(mutate)];
    expect(bodies.length).toBeGreaterThan(PROBES.length);
    const disagreements = bodies.flatMap((body) => {
      const documented = validator(body);
      const { error } = content.schema.validate(body, { convert: false });
      const text = JSON.stringify(body).slice(0, 300);
      return documented === (error === undefined) ? [] : [{ text, documented, validated: error?.message ?? 'valid' }];
    });
    expect(disagreements).toEqual([]);
  });
});
