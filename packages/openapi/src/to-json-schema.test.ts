import { expect, test } from '@jest/globals';
import Joi from 'joi';
import { type Components, toJsonSchema } from './to-json-schema.ts';

const convert = (schema: Joi.Schema, use: 'request' | 'answer' = 'request') => {
  const components: Components = new Map();
  return { schema: toJsonSchema(schema, { use, components }), components: Object.fromEntries(components) };
};

test('what Joi converts stays: types, limits, patterns, what is required', () => {
  const { schema } = convert(
    Joi.object({ name: Joi.string().max(5).required(), count: Joi.number().integer().min(1).default(3) }),
  );
  expect(schema).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 5 },
      count: { type: 'integer', minimum: 1, default: 3 },
    },
    required: ['name'],
    additionalProperties: false,
  });
});

test('null among listed values is listed', () => {
  expect(convert(Joi.string().valid('a').allow(null)).schema).toEqual({ type: ['string', 'null'], enum: ['a', null] });
});

test('examples come along, of members and items too', () => {
  const { schema } = convert(Joi.object({ events: Joi.array().items(Joi.string().example('a.b')) }));
  expect(schema).toMatchObject({ properties: { events: { items: { type: 'string', examples: ['a.b'] } } } });
});

test('meta jsonSchema stands in for rules that are code, null and description are kept', () => {
  const moment = Joi.string()
    .custom((text: string) => text)
    .meta({ jsonSchema: { type: 'string', format: 'date-time' } });
  expect(convert(moment.allow(null).description('When.')).schema).toEqual({
    type: ['string', 'null'],
    format: 'date-time',
    description: 'When.',
  });
});

test('a schema with a name is a component, also where it may be null', () => {
  const part = Joi.object({ a: Joi.number() }).meta({ component: 'Part' });
  const { schema, components } = convert(
    Joi.object({ one: part, other: part.allow(null), all: Joi.array().items(part) }),
  );
  const ref = { $ref: '#/components/schemas/Part' };
  expect(schema).toMatchObject({
    properties: { one: ref, other: { anyOf: [ref, { type: 'null' }] }, all: { items: ref } },
  });
  expect(components).toEqual({
    Part: { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false },
  });
});

test('one name for two different schemas is refused', () => {
  const named = (schema: Joi.Schema) => schema.meta({ component: 'Part' });
  expect(() => convert(Joi.object({ a: named(Joi.string()), b: named(Joi.number()) }))).toThrow(
    'Two different schemas are called Part.',
  );
});

test('a map has values of one kind; alternatives are converted each', () => {
  const values = Joi.alternatives().try(Joi.string().allow(''), Joi.array().items(Joi.string()));
  expect(convert(Joi.object().pattern(Joi.string(), values)).schema).toEqual({
    type: 'object',
    additionalProperties: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string', minLength: 1 } }],
    },
  });
});

test('answers may get more fields, requests may not', () => {
  expect(convert(Joi.object({ a: Joi.number() }), 'answer').schema).not.toHaveProperty('additionalProperties');
  expect(convert(Joi.object({ a: Joi.number() })).schema).toHaveProperty('additionalProperties', false);
  expect(convert(Joi.object().unknown(true)).schema).toEqual({ type: 'object' });
});
