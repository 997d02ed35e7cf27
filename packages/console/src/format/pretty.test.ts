import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { prettyJson, prettyValue } from './pretty.ts';

test('JSON is laid out as JSON.stringify would, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
    { seed: 20_261_121 },
  );
});

test('numbers stay as they were written', () => {
  expect(prettyJson('{"id":12345678901234567890,"rate":1.10}')).toBe(
    '{\n  "id": 12345678901234567890,\n  "rate": 1.10\n}',
  );
});

test('what is no JSON comes back unchanged', () => {
  expect(prettyJson('<html>{not json}</html>')).toBe('<html>{not json}</html>');
  expect(prettyValue('a=1&b=2')).toBe('a=1&b=2');
  expect(prettyValue({ a: [] })).toBe('{\n  "a": []\n}');
});
