import { expect, test } from '@jest/globals';
import { FORMATS } from '@posthorn/dialects';
import { Validator } from '@seriousme/openapi-schema-validator';
import { createDocument, errorCodesOf, listOperations } from './index.ts';

const document = createDocument({ formats: FORMATS });
const operations = listOperations(FORMATS);

test('the document is OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
});

test('every reference leads somewhere, and nothing is defined that nobody refers to', () => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, target]) => target));
  const { securitySchemes: _, ...parts } = document.components;
  const defined = Object.entries(parts).flatMap(([part, named]) => Object.keys(named).map((name) => `${part}/${name}`));
  expect([...used].sort()).toEqual(defined.sort());
});

test('operations have ids of their own, and no two share method and path', () => {
  const ids = operations.map(({ id }) => id);
  const places = operations.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(places).size).toBe(places.length);
});

test('an operation lists the codes of its own and those that come with its token, its path and its body', () => {
  const codes = Object.fromEntries(operations.map((operation) => [operation.id, errorCodesOf(operation)]));
  expect(codes['retryDelivery']).toEqual([
    'validation_failed',
    'malformed_body',
    'unsupported_media_type',
    'body_too_large',
    'unauthenticated',
    'forbidden',
    'not_found',
    'webhook_not_active',
    'delivery_discarded',
    'too_many_requests',
    'unavailable',
    'internal_error',
  ]);
  expect(codes['listAccounts']).toEqual([
    'validation_failed',
    'unauthenticated',
    'forbidden',
    'too_many_requests',
    'unavailable',
    'internal_error',
  ]);
  expect(codes['getHealth']).toEqual([]);
});

test('answers that are no success are problem documents whose code is one of those listed', () => {
  expect(document.paths['/v1/deliveries/{deliveryId}/retry']?.['post']?.responses).toMatchObject({
    409: { $ref: '#/components/responses/webhook_not_active-or-delivery_discarded' },
  });
  expect(document.components.responses['webhook_not_active-or-delivery_discarded']).toMatchObject({
    content: {
      'application/problem+json': {
        schema: { allOf: [{}, { properties: { code: { enum: ['webhook_not_active', 'delivery_discarded'] } } }] },
      },
    },
  });
});

test('the server is where the document comes from unless another is named', () => {
  expect(document.servers).toEqual([{ url: '/' }]);
  const { servers } = createDocument({ formats: FORMATS, serverUrl: 'https://hooks.example.com' });
  expect(servers).toEqual([{ url: 'https://hooks.example.com' }]);
});
