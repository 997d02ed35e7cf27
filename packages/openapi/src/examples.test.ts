import { describe, expect, test } from '@jest/globals';
import { FORMATS } from '@posthorn/dialects';
import { createAnswerJudge } from '@posthorn/testing';
import { type Content, createDocument, listOperations, NDJSON } from './index.ts';
import { PATH_PARAMETERS } from './path-parameters.ts';
import { compileRequest } from './testing/compile-request.ts';

const operations = listOperations(FORMATS);
const judge = createAnswerJudge(createDocument({ formats: FORMATS }));

const requests = operations.flatMap(({ id, body }) =>
  (body?.contents ?? []).flatMap((content) =>
    Object.entries(content.examples).map(([name, example]) => ({ id, name, content, example })),
  ),
);

/** Of NDJSON every line is one. */
const valuesOf = ({ mediaType }: Content, example: unknown): unknown[] =>
  mediaType === NDJSON
    ? String(example)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    : [example];

describe('examples of requests', () => {
  test.each(requests)('$id, $name: by the schema and by what validates', ({ content, example }) => {
    const validator = compileRequest(content);
    for (const value of valuesOf(content, example)) {
      expect({ valid: validator(value), errors: validator.errors }).toEqual({ valid: true, errors: null });
      expect(content.schema.validate(value, { convert: false }).error).toBeUndefined();
    }
  });
});

const answers = operations.flatMap(({ id, method, path, answers: byStatus }) =>
  Object.entries(byStatus).flatMap(([status, { contents = [], headers = [] }]) =>
    contents.flatMap(({ mediaType, examples }) =>
      Object.values(examples).map((example) => ({
        id,
        status: Number(status),
        method,
        path: path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(PATH_PARAMETERS[name]?.example)),
        headers: new Headers([['content-type', mediaType], ...headers.map((name): [string, string] => [name, 'x'])]),
        body: example,
      })),
    ),
  ),
);

describe('examples of answers', () => {
  test.each(answers)('$id $status is as the document says', (answer) => {
    expect(judge(answer)).toEqual([]);
  });

  test('examples of ids have the form that the document gives them', () => {
    for (const [name, { schema, example }] of Object.entries(PATH_PARAMETERS)) {
      const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : '^\\d+$';
      expect([name, new RegExp(pattern).test(String(example))]).toEqual([name, true]);
    }
  });
});

test('an answer with a field too many, too few or of another kind is found', () => {
  const answer = answers.find(({ id }) => id === 'getAccount')!;
  const body = answer.body as Record<string, unknown>;
  const { name: _, ...rest } = body;
  expect(judge({ ...answer, body: { ...body, more: 1 } })).toEqual([
    expect.stringContaining('must NOT have additional'),
  ]);
  expect(judge({ ...answer, body: rest })).toEqual([expect.stringContaining("must have required property 'name'")]);
  expect(judge({ ...answer, body: { ...body, created: 'yesterday' } })).toEqual([expect.stringContaining('date-time')]);
  expect(judge({ ...answer, status: 418 })).toEqual(['the document has no 418 there']);
});
