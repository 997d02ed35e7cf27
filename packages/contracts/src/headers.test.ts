import { describe, expect, test } from '@jest/globals';
import { fieldsOf } from './testing/fields-of.ts';
import { FORBIDDEN_HEADERS, headersSchema } from './webhook-fields.ts';

describe('headers of a webhook', () => {
  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['a credential', { Authorization: 'Bearer abc.def' }],
    ['an empty value', { 'x-empty': '' }],
    ['a value of one character', { 'x-one': '!' }],
    ['blanks and tabs inside of a value', { 'x-words': 'a b\tc' }],
    ['every special character of a name', { "!#$%&'*+.^_`|~-": 'x' }],
    ['a name of 100 characters', { ['a'.repeat(100)]: 'x' }],
    ['a value of 4096 characters', { 'x-long': 'x'.repeat(4096) }],
    ['the content type and the user agent, which have defaults only', { 'Content-Type': 'a/b', 'User-Agent': 'c' }],
    ['50 of them', Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`x-${n}`, 'y']))],
  ])('may be %s', (_what, headers) => {
    expect(fieldsOf(headersSchema, headers)).toEqual([]);
  });

  test.each([...FORBIDDEN_HEADERS])('may not set %s, in whichever case', (name) => {
    expect(fieldsOf(headersSchema, { [name]: 'x' })).toEqual([['', 'headers.forbidden']]);
    expect(fieldsOf(headersSchema, { [name.toUpperCase()]: 'x' })).toEqual([['', 'headers.forbidden']]);
  });

  test('may not replace what signs, frames or routes the request', () => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'host', 'content-length', 'connection'];
    expect([...FORBIDDEN_HEADERS]).toEqual(expect.arrayContaining([...names, 'transfer-encoding', 'upgrade', 'te']));
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['a line break in a value', { 'x-a': 'b\r\nx-c: d' }, '/x-a', 'string.pattern.base'],
    ['a line break behind a value', { 'x-a': 'b\n' }, '/x-a', 'string.pattern.base'],
    ['NUL in a value', { 'x-a': 'b\0' }, '/x-a', 'string.pattern.base'],
    ['a blank before a value', { 'x-a': ' b' }, '/x-a', 'string.pattern.base'],
    ['a value outside of ASCII', { 'x-a': 'ü' }, '/x-a', 'string.pattern.base'],
    ['a value that is a number', { 'x-a': 7 }, '/x-a', 'string.base'],
    ['a value that is too long', { 'x-a': 'x'.repeat(4097) }, '/x-a', 'string.max'],
    ['a name with a blank', { 'x a': 'b' }, '', 'headers.name'],
    ['a name with a colon', { 'x:a': 'b' }, '', 'headers.name'],
    ['a name with a line break', { 'x-a\r\nx-b': 'c' }, '', 'headers.name'],
    ['a name that is too long', { ['a'.repeat(101)]: 'b' }, '', 'headers.name'],
    ['a name twice', { 'X-A': '1', 'x-a': '2' }, '', 'headers.twice'],
    ['51 of them', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`x-${n}`, 'y'])), '', 'object.max'],
  ])('with %s are refused', (_what, headers, path, code) => {
    expect(fieldsOf(headersSchema, headers)).toEqual([[path, code]]);
  });

  test('an empty name is refused', () => {
    expect(fieldsOf(headersSchema, { '': 'x' })).not.toEqual([]);
  });
});
