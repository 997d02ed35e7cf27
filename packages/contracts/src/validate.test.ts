import { describe, expect, test } from '@jest/globals';
import Joi from 'joi';
import { PosthornError, toProblem } from './errors.ts';
import { fieldsOf } from './testing/fields-of.ts';
import { validate } from './validate.ts';

const schema = Joi.object({
  name: Joi.string().required(),
  limit: Joi.number().default(50),
  tags: Joi.array().items(Joi.string()),
  headers: Joi.object().pattern(Joi.string(), Joi.string()),
}).required();

describe('validate', () => {
  test('gives back the input with defaults filled in', () => {
    expect(validate(schema, { name: 'a' }, 'Body')).toEqual({ name: 'a', limit: 50 });
  });

  test('leaves the input as it was', () => {
    const input = { name: 'a' };
    validate(schema, input, 'Body');
    expect(input).toEqual({ name: 'a' });
  });

  test('names every field that is wrong, where it is and by which rule', () => {
    expect(fieldsOf(schema, { limit: 'x', tags: ['a', 1, 'b', null], other: 1 })).toEqual([
      ['/limit', 'number.base'],
      ['/name', 'any.required'],
      ['/other', 'object.unknown'],
      ['/tags/1', 'string.base'],
      ['/tags/3', 'string.base'],
    ]);
  });

  test('a path is a JSON pointer: `~` and `/` in names are escaped (RFC 6901 §3)', () => {
    expect(fieldsOf(schema, { name: 'a', headers: { 'a/b': 1, 'm~n': 2, '~1': 3, 'x.y': 4, '': 5 } })).toEqual([
      ['/headers/', 'object.unknown'],
      ['/headers/a~1b', 'string.base'],
      ['/headers/m~0n', 'string.base'],
      ['/headers/x.y', 'string.base'],
      ['/headers/~01', 'string.base'],
    ]);
  });

  test.each([
    ['nothing', undefined, 'any.required'],
    ['null', null, 'object.base'],
    ['a list', [], 'object.base'],
    ['a text', '{}', 'object.base'],
  ])('%s in the place of a body is wrong as a whole', (_what, input, code) => {
    expect(fieldsOf(schema, input)).toEqual([['', code]]);
  });

  test('nothing is converted: a number as text is no number', () => {
    expect(fieldsOf(schema, { name: 'a', limit: '7' })).toEqual([['/limit', 'number.base']]);
    expect(fieldsOf(schema, { name: 7 })).toEqual([['/name', 'string.base']]);
  });

  test('the error says what is wrong first and how much more there is, and becomes a problem document', () => {
    let error: unknown;
    try {
      validate(schema, { limit: 'x' }, 'The webhook');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(PosthornError);
    expect(toProblem(error as PosthornError)).toEqual({
      type: 'urn:posthorn:problem:validation_failed',
      title: 'The request is not valid',
      status: 422,
      code: 'validation_failed',
      detail: 'The webhook: name is required (and 1 more)',
      errors: [
        { path: '/name', code: 'any.required', message: 'name is required' },
        { path: '/limit', code: 'number.base', message: 'limit must be a number' },
      ],
    });
  });
});
