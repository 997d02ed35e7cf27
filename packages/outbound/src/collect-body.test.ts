import { describe, expect, test } from '@jest/globals';
import { createBodyCollector, readContentEncoding } from './collect-body.ts';

function collect(limit: number, chunks: (string | Buffer)[], encoding = '') {
  const collector = createBodyCollector();
  collector.begin(limit, encoding);
  const within = chunks.map((chunk) => collector.push(Buffer.from(chunk)));
  return { text: collector.end(), within: within.at(-1) ?? true };
}

describe('the body of a response', () => {
  test('chunks are joined, however small', () => {
    expect(collect(100, ['a', 'bc', '', 'def'])).toEqual({ text: 'abcdef', within: true });
    const many = Array.from({ length: 9_000 }, (_, n) => String(n % 10));
    expect(collect(16_384, many)).toEqual({ text: many.join(''), within: true });
  });

  test('exactly the limit is not too much, one byte more is', () => {
    expect(collect(4, ['abcd'])).toEqual({ text: 'abcd', within: true });
    expect(collect(4, ['abcde'])).toEqual({ text: 'abcd', within: false });
    expect(collect(4, ['abc', 'de', 'f'])).toEqual({ text: 'abcd', within: false });
    expect(collect(0, ['a'])).toEqual({ text: '', within: false });
  });

  test('a character that spans two chunks is read as one', () => {
    const euro = Buffer.from('€');
    expect(collect(10, [euro.subarray(0, 1), euro.subarray(1)]).text).toBe('€');
  });

  test('a cut inside a character leaves no half of it', () => {
    expect(collect(4, ['ab€']).text).toBe('ab');
  });

  test('what is not UTF-8, and NUL, become U+FFFD', () => {
    expect(collect(10, [Buffer.from([0x61, 0xff, 0x00, 0x62])]).text).toBe('a\uFFFD\uFFFDb');
  });

  test('an encoded body is counted and described', () => {
    expect(collect(100, ['xx', 'yyy'], 'gzip').text).toBe('[gzip body, 5 bytes]');
    expect(collect(4, ['xx', 'yyy'], 'br')).toEqual({ text: '[br body, over 4 bytes]', within: false });
    expect(collect(4, [], 'gzip').text).toBe('');
  });

  test('one collector serves one response after another', () => {
    const collector = createBodyCollector();
    collector.begin(3, '');
    collector.push(Buffer.from('a'));
    collector.push(Buffer.from('bcd'));
    expect(collector.end()).toBe('abc');
    collector.begin(10, '');
    collector.push(Buffer.from('x'));
    expect(collector.end()).toBe('x');
  });

  test('the name of an encoding is made harmless', () => {
    expect(readContentEncoding({})).toBe('');
    expect(readContentEncoding({ 'content-encoding': 'Identity' })).toBe('');
    expect(readContentEncoding({ 'content-encoding': 'GZIP' })).toBe('gzip');
    expect(readContentEncoding({ 'content-encoding': ['gzip', 'br'] })).toBe('gzip,br');
    expect(readContentEncoding({ 'content-encoding': `<b>${'x'.repeat(99)}` })).toHaveLength(40);
  });
});
