import { describe, expect, test } from '@jest/globals';
import { parseRetryAfter } from './parse-retry-after.ts';

const NOW = Date.UTC(2026, 0, 31, 8, 30, 0);

describe('reading Retry-After', () => {
  test.each([
    ['120', 120],
    [' 7 ', 7],
    ['0', 0],
    ['Sat, 31 Jan 2026 08:31:00 GMT', 60],
    ['Saturday, 31-Jan-26 08:30:30 GMT', 30],
    ['Sat, 31 Jan 2026 08:00:00 GMT', 0],
    [undefined, null],
    ['', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['2026-01-31', null],
    ['99999999999', null],
    ['Satisfaction', null],
  ])('%p gives %p seconds', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});
