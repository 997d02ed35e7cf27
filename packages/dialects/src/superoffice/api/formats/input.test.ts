import { describe, expect, test } from '@jest/globals';
import { writeJson } from '../../../callback/read-fields.ts';
import { chooseType } from './choose-type.ts';
import { parseDottedForm } from './parse-dotted-form.ts';
import { parseExactJson, parseJson } from './parse-json.ts';

describe('a form', () => {
  test.each([
    ['Events=a.b&Events=c.d', { Events: ['a.b', 'c.d'] }],
    ['Events[]=a&Events[]=b', { Events: ['a', 'b'] }],
    ['Events%5B0%5D=a&Events%5b1%5d=b', { Events: ['a', 'b'] }],
    ['Headers[X-Key]=v&Headers[X.Dot]=w', { Headers: { 'X-Key': 'v', 'X.Dot': 'w' } }],
    ['Headers[0].Key=X&Headers[0].Value=v', { Headers: [{ Key: 'X', Value: 'v' }] }],
    ['Webhook.Name=x+y&Webhook.Events[0]=a', { Webhook: { Name: 'x y', Events: ['a'] } }],
    ['Webhook.Headers.X-Key=v', { Webhook: { Headers: { 'X-Key': 'v' } } }],
    ['Name=%C3%A6%26&TargetUrl=https://a.b/?c%3Dd', { Name: 'æ&', TargetUrl: 'https://a.b/?c=d' }],
  ])('%s', (text, value) => {
    expect(parseDottedForm(text)).toEqual(value);
  });

  test('sets no prototype', () => {
    const form = parseDottedForm('__proto__[polluted]=1&Headers.__proto__.polluted=1&constructor.prototype.polluted=1');
    expect(Object.getPrototypeOf(form)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('of too many parts or levels is refused', () => {
    const malformed = expect.objectContaining({ code: 'malformed_body' });
    expect(() => parseDottedForm('a=1&'.repeat(2000))).toThrow(malformed);
    expect(() => parseDottedForm(`a${'.b'.repeat(50)}=1`)).toThrow(malformed);
  });
});

describe('JSON', () => {
  test.each([
    '{',
    '{"a":}',
    "{'a':1}",
    '[1,]',
    '{"a":1}x',
    '['.repeat(101) + ']'.repeat(101),
    `${'{"a":'.repeat(200_000)}`,
  ])('that is broken or too deep is refused (%#)', (text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'malformed_body' }));
    expect(() => parseExactJson(text)).toThrow(expect.objectContaining({ code: 'malformed_body' }));
  });

  test('brackets in text are no levels', () => {
    expect(parseJson(JSON.stringify({ a: '['.repeat(500), b: '\\"[' }))).toEqual({ a: '['.repeat(500), b: '\\"[' });
  });

  test.each([
    '{"a":12345678901234567890}',
    '{"a":{"b":[1.00000000000000000001]},"c":1}',
    '12345678901234567890',
    '[1e400]',
    '"x"',
    'null',
  ])('read exactly is written as it was: %s', (text) => {
    expect(writeJson(parseExactJson(text))).toBe(text);
  });
});

describe('the media type of an answer', () => {
  test.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
    ['text/json', 'text/json'],
    ['application/merge-patch+json', 'application/merge-patch+json'],
    ['application/json-patch+json', 'application/json-patch+json'],
    ['application/xml; charset=utf-8', 'application/xml'],
    ['TEXT/XML', 'text/xml'],
    ['text/*', 'text/json'],
    ['text/html, application/xml;q=0.9, */*;q=0.8', 'application/xml'],
    ['application/xml;q=0.5, application/json;q=0.6', 'application/json'],
    ['application/xml, application/json', 'application/xml'],
    ['application/json;q=0, */*', 'text/json'],
    ['application/xml;q=0', 'application/json'],
    ['application/xml;q=none', 'application/json'],
    ['image/png', 'application/json'],
    [',;,q=', 'application/json'],
  ])('for Accept %p is %s', (accept, type) => {
    expect(chooseType(accept)).toBe(type);
  });
});
