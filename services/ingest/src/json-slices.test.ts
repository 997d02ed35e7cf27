import { describe, expect, test } from '@jest/globals';
import { isDeeperThan, sliceElements, sliceMember } from './json-slices.ts';

const VALUES = [
  'null',
  '-1.5e+3',
  '12345678901234567890',
  '""',
  '"a,b]}"',
  '"\\"\\\\"',
  '"\\\\\\\\\\""',
  '[]',
  '[ ]',
  '{}',
  '[[1,{"a":[2]}],"]"]',
  '{"a":{"b":"}"},"c":[true,false]}',
];
const GAPS = ['', ' ', '\r\n\t'];

describe('slices of JSON', () => {
  test.each(GAPS)('elements are found whatever they are, with %j around them', (gap) => {
    const text = `${gap}[${gap}${VALUES.join(`${gap},${gap}`)}${gap}]${gap}`;
    expect(sliceElements(text)).toEqual(VALUES);
    expect(sliceElements(`${gap}[${gap}]`)).toEqual([]);
  });

  test.each(GAPS)('so are members, with %j around them', (gap) => {
    const members = VALUES.map((value, index) => `${gap}"m${index}"${gap}:${gap}${value}${gap}`);
    const text = `${gap}{${members.join(',')}}`;
    VALUES.forEach((value, index) => expect(sliceMember(text, `m${index}`)).toBe(value));
    expect([sliceMember(text, 'm'), sliceMember(`{${gap}}`, 'm')]).toEqual([null, null]);
  });

  test('a name may be written with escapes, may come twice, and does not count further inside', () => {
    expect(sliceMember('{"\\u0064ata":1}', 'data')).toBe('1');
    expect(sliceMember('{"data":1,"data":2}', 'data')).toBe('2');
    expect(sliceMember('{"a":{"data":1}}', 'data')).toBeNull();
    expect(sliceMember('\uFEFF{"data":1}', 'data')).toBe('1');
  });

  test('depth is that of brackets outside of texts', () => {
    expect([isDeeperThan('[{"a":[]}]', 3), isDeeperThan('[{"a":[]}]', 2)]).toEqual([false, true]);
    expect(isDeeperThan('["[[[[","\\"[["]', 1)).toBe(false);
  });
});
