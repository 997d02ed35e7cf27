import { describe, expect, test } from '@jest/globals';
import { readData } from './read-data.ts';

const read = (bodyText: string): string => readData((JSON.parse(bodyText) as { data: unknown }).data, bodyText);

describe('reading the data of an event', () => {
  test.each([
    '12345678901234567890',
    '{"n":12345678901234567890}',
    '[1e400,-1E-400,1.7976931348623157e309]',
    '{"price":0.12345678901234567890,"id":9007199254740993}',
    '{"text":"a \\" } ] data: 12345678901234567890","n":1e2}',
  ])('numbers stay as they were written: %s', (data) => {
    expect(read(`{"type":"a.b","data":${data},"occurredAt":"2026-01-01T00:00:00Z"}`)).toBe(data);
    expect(read(`{"data" :  ${data} , "type":"a.b"}`)).toBe(data);
  });

  test.each(['null', 'true', '"text"', '{"z":1,"a":{"__proto__":{"x":1}}}', '{}', '[]', '"\\u0000\\ud800"'])(
    'other data is the same JSON: %s',
    (data) => {
      expect(read(`{"type":"a.b","data":${data}}`)).toBe(data);
    },
  );

  test('of two members with the name the last counts, as everywhere', () => {
    expect(read('{"data":1e1,"type":"a.b","data":{"n":2e2}}')).toBe('{"n":2e2}');
  });

  test('a member of that name further inside is not taken for it', () => {
    expect(read('{"data":{"data":3e3}}')).toBe('{"data":3e3}');
  });

  test('64 levels pass and more are refused, however deep, by the path of the field', () => {
    const nested = (levels: number) => `{"type":"a.b","data":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(read(nested(63))).toHaveLength(126);
    for (const levels of [64, 500_000]) {
      expect(() => read(nested(levels))).toThrow(
        expect.objectContaining({ code: 'validation_failed', errors: [expect.objectContaining({ path: '/data' })] }),
      );
    }
  });

  test('brackets in text are not levels', () => {
    expect(read(`{"data":"${'['.repeat(100)}\\"{"}`)).toBe(`"${'['.repeat(100)}\\"{"`);
  });
});
