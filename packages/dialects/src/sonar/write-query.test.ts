import { describe, expect, test } from '@jest/globals';
import { readFields } from '../callback/read-fields.ts';
import { appendQuery, writeQuery } from './write-query.ts';

const queryOf = (json: string): string => writeQuery(new Map(Object.entries(readFields(json))));

describe('the query of a callback', () => {
  test.each([
    ['{"a":"b","c":1,"d":true,"e":null}', 'a=b&c=1&d=true&e='],
    ['{"a":{"b":{"c":"d"},"e":null}}', 'a[b][c]=d&a[e]='],
    ['{"a":[1,{"b":2},[3]]}', 'a[]=1&a[][b]=2&a[][]=3'],
    ['{"a":[],"b":{}}', 'a=&b='],
    ['{"n":12345678901234567890,"m":1.50,"o":[1e400]}', 'n=12345678901234567890&m=1.50&o[]=1e400'],
    ['{"&=":"ä b+&=#"}', '%26%3D=%C3%A4+b%2B%26%3D%23'],
  ])('of %s', (json, expected) => {
    expect(queryOf(json).replaceAll('%5B', '[').replaceAll('%5D', ']')).toBe(expected);
  });

  test('is never broken by half of a surrogate pair', () => {
    expect(queryOf('{"a":"\\ud800"}')).toBe('a=%EF%BF%BD');
  });

  test.each([
    ['https://a.example', 'https://a.example?x=1'],
    ['https://a.example/b?', 'https://a.example/b?x=1'],
    ['https://a.example/b?c=d', 'https://a.example/b?c=d&x=1'],
    ['https://a.example/b?c=d&', 'https://a.example/b?c=d&x=1'],
    ['https://a.example/b?c=%zz#e?f', 'https://a.example/b?c=%zz&x=1'],
    ['https://a.example/b#e', 'https://a.example/b?x=1'],
  ])('joins what %s has', (url, expected) => {
    expect(appendQuery(url, 'x=1')).toBe(expected);
  });
});
