import { describe, expect, test } from '@jest/globals';
import { FORMATS } from '@posthorn/dialects';
import { JSON_PROBES, mutateJson } from '@posthorn/testing';
import { listOperations } from './index.ts';
import { compileRequest } from './testing/compile-request.ts';

const contents = listOperations(FORMATS).flatMap(({ id, body }) =>
  (body?.contents ?? [])
    .filter(({ mediaType }) => mediaType === 'application/json')
    .map((content) => ({ id, content })),
);

describe('what the document says of a body is what validates it', () => {
  test.each(contents)('$id', ({ content }) => {
    const validator = compileRequest(content);
    const bodies = [...JSON_PROBES, ...Object.values(content.examples).flatMap(mutateJson)];
    expect(bodies.length).toBeGreaterThan(JSON_PROBES.length);
    const disagreements = bodies.flatMap((body) => {
      const documented = validator(body);
      const { error } = content.schema.validate(body, { convert: false });
      const text = JSON.stringify(body).slice(0, 300);
      return documented === (error === undefined) ? [] : [{ text, documented, validated: error?.message ?? 'valid' }];
    });
    expect(disagreements).toEqual([]);
  });
});
