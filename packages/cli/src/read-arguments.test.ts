import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { clean, cut, formatDuration, formatTime, renderSparkline } from './output/format.ts';
import { collectHeader, collectProperty, readDuration, readList, readMoment, readNumber } from './read-arguments.ts';
import { VERSION } from './version.ts';

describe('arguments', () => {
  test.each([
    ['90s', 90],
    ['15m', 900],
    ['2h', 7200],
    ['7d', 604_800],
    ['0s', 0],
  ])('the duration %s is %d seconds', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });

  test.each(['', '2', 'h', '-2h', '2w', '1.5h', '12345678s'])('%p is no duration', (text) => {
    expect(() => readDuration(text)).toThrow('It must be a duration');
  });

  test('a moment is one, or how long ago it was', () => {
    expect(readMoment('2026-01-31T09:30:00+01:00')).toBe('2026-01-31T08:30:00.000Z');
    expect(Date.now() - Date.parse(readMoment('2h'))).toBeGreaterThanOrEqual(7_200_000);
    expect(() => readMoment('yesterday')).toThrow('It must be a moment');
  });

  test.each(['0', '-1', '1.5', 'x', '', '2147483648'])('%p is no number above 0', (text) => {
    expect(() => readNumber(text)).toThrow('whole number');
  });

  test('headers and properties are collected', () => {
    expect(collectHeader('B: c: d ', collectHeader('A:1'))).toEqual({ A: '1', B: 'c: d' });
    expect(() => collectHeader('none')).toThrow('Name: value');
    expect(collectProperty('b={"c":1}', collectProperty('a=x=y'))).toEqual({ a: 'x=y', b: { c: 1 } });
    expect(() => collectProperty('=1')).toThrow('name=value');
    expect(readList(' a, b,,c ')).toEqual(['a', 'b', 'c']);
  });
});

describe('what is shown', () => {
  test('has no control characters, whoever wrote it', () => {
    expect(clean('a\u001b[31mb\r\n\u202ec')).toBe('a [31mb c');
    expect(cut('abcdef', 4)).toBe('abc…');
  });

  test('times and durations are short', () => {
    expect(formatTime('2026-01-31T08:30:00.123Z')).toBe('2026-01-31 08:30:00Z');
    expect(formatTime(null)).toBe('-');
    expect([formatDuration(12.4), formatDuration(1234)]).toEqual(['12 ms', '1.2 s']);
  });

  test('a line of blocks is as high as its values', () => {
    expect(renderSparkline([0, 1, 50, 100])).toBe('▁▂▅█');
    expect(renderSparkline([0, 0])).toBe('▁▁');
    expect(renderSparkline([])).toBe('');
  });
});

test('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(manifest.version).toBe(VERSION);
});
