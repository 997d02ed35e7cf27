import { describe, expect, test } from '@jest/globals';
import { listOperations, type Operation } from '@posthorn/openapi';
import { CASES, DELETIONS, MANY, STREAMS } from './testing/call-cases.ts';

describe('the calls and the OpenAPI document', () => {
  const speaksJson = ({ answers }: Operation): boolean =>
    Object.values(answers).every(({ contents = [] }) =>
      contents.every(({ mediaType }) => /json|event-stream/.test(mediaType)),
    );
  // Metrics are text, and for Prometheus.
  const operations = listOperations([])
    .filter(speaksJson)
    .map(({ id, method, path, query }) => ({
      id,
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      parameters: Object.keys((query?.describe() as { keys?: object } | undefined)?.keys ?? {}),
    }));
  const deletions = DELETIONS.map((deletion) => ({ ...deletion, method: 'DELETE' }));
  const called = [...CASES, ...deletions, ...MANY, ...STREAMS].map(({ call, method, path }) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    const found = operations.filter((operation) => operation.method === method && operation.pattern.test(pathname));
    return { call, ids: found.map(({ id }) => id), parameters: [...searchParams.keys()] };
  });

  test.each(called)('$call is an operation', ({ ids }) => {
    expect(ids).toHaveLength(1);
  });

  test.each(operations)('$id has a call, which takes all of its parameters', ({ id, parameters }) => {
    const calls = called.filter(({ ids }) => ids.includes(id));
    expect(calls).not.toHaveLength(0);
    expect([...new Set(calls.flatMap((one) => one.parameters))].sort()).toEqual(parameters.sort());
  });
});
