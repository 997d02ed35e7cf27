import { describe, expect, test } from '@jest/globals';
import { integerOr, isFields, readFields, readMembers, writeJson } from './read-fields.ts';

const BIG = '12345678901234567890';

describe('the members of data', () => {
  test('are those of an object; data that is none is one field, or has no members', () => {
    expect(readFields('{"a":1}')).toEqual({ a: 1 });
    expect(readMembers(' {"a":1}')).toEqual({ a: 1 });
    for (const data of ['7', '"text"', 'null', 'true', '[1]', BIG, '1e3']) {
      expect(writeJson(readFields(data))).toBe(`{"data":${data}}`);
      expect(readMembers(data)).toEqual({});
    }
  });

  test('keep numbers as they were written', () => {
    const text = `{"big":${BIG},"deep":[{"exact":1.50,"exponent":1e400}]}`;
    expect(writeJson(readMembers(text))).toBe(text);
  });

  test.each([
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    [`{"a":1,"b":${BIG},"a":{"c":1,"c":2}}`, `{"a":{"c":2},"b":${BIG}}`],
  ])('of a name that occurs twice have the last value, with and without large numbers: %s', (data, expected) => {
    expect(writeJson(readFields(data))).toBe(expected);
  });

  test('are objects only when they are: not arrays, null, or numbers kept as they were written', () => {
    const { object, list, nothing, number } = readMembers(`{"object":{},"list":[],"nothing":null,"number":${BIG}}`);
    expect([object, list, nothing, number].map(isFields)).toEqual([true, false, false, false]);
  });
});

describe('an integer', () => {
  test.each([
    ['5', 5],
    ['-5', -5],
    ['"5"', 5],
    ['"-0012"', -12],
    ['2147483647', 2_147_483_647],
    ['2147483648', null],
    ['"2147483648"', null],
    ['1.5', null],
    ['"1.5"', null],
    ['""', null],
    ['" 5"', null],
    ['null', null],
    ['true', null],
    ['[5]', null],
    [BIG, null],
    ['1e400', null],
    ['1e-400', 0],
  ])('is read the same whether other numbers of the data are large or not: %s', (written, expected) => {
    expect(integerOr(readMembers(`{"n":${written}}`)['n'], null)).toBe(expected);
    expect(integerOr(readMembers(`{"n":${written},"big":${BIG}}`)['n'], null)).toBe(expected);
  });
});
