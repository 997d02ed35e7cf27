import { expect, test } from '@jest/globals';
import { formatBytes, formatMs, formatSeconds, formatShare, formatShort } from './numbers.ts';

test.each([
  [0, 0, '–'],
  [5, 5, '100 %'],
  [0, 5, '0.0 %'],
  [1, 3, '33.3 %'],
  // Rounding hides no failure.
  [99_999, 100_000, '99.99 %'],
  [999_999, 1_000_000, '99.99 %'],
])('%d of %d is %s', (part, all, text) => expect(formatShare(part, all)).toBe(text));

test.each([
  [0, '0 ms'],
  [1.25, '1.3 ms'],
  [87.4, '87 ms'],
  [999, '999 ms'],
  [1400, '1.4 s'],
  [15_000, '15 s'],
  [90_000, '1 min 30 s'],
])('%d ms are %s', (ms, text) => expect(formatMs(ms)).toBe(text));

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [3600, '1 h'],
  [3661, '1 h 1 min'],
  [86_400 * 3 + 60, '3 d'],
])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

test('large counts are short where there is little room, small ones whole', () => {
  expect([9999, 12_345, 2_000_000].map(formatShort)).toEqual(['9,999', '12.3K', '2M']);
});

test('sizes are in bytes and KiB', () => {
  expect([0, 1023, 1536].map(formatBytes)).toEqual(['0 B', '1023 B', '1.5 KiB']);
});
