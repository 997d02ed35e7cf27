import { expect, test } from '@jest/globals';
import { formatAbsolute, formatRelative, formatTick, momentOfInput } from './moments.ts';

const NOW = Date.parse('2026-01-31T08:30:00Z');
const after = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

test.each([
  [0, 'just now'],
  [-4, 'just now'],
  [-59, '59 sec. ago'],
  [-61, '1 min. ago'],
  [-7200, '2 hr. ago'],
  [-86_400 * 3, '3 days ago'],
  [90, 'in 1 min.'],
])('%d seconds from now is "%s"', (seconds, text) => expect(formatRelative(after(seconds), NOW)).toBe(text));

test('the exact moment is in the time of the place, and sorts as text', () => {
  const at = new Date(2026, 0, 5, 7, 8, 9);
  expect(formatAbsolute(at.toISOString())).toBe('2026-01-05 07:08:09');
});

test('marks of an axis are times of day, or days where they are days apart', () => {
  const seconds = new Date(2026, 0, 5, 7, 8).getTime() / 1000;
  expect([formatTick(seconds, 900), formatTick(seconds, 86_400)]).toEqual(['07:08', '01-05']);
});

test('a field of date and time becomes a moment; what is none becomes nothing', () => {
  expect(momentOfInput('2026-01-05T07:08')).toBe(new Date(2026, 0, 5, 7, 8).toISOString());
  expect(momentOfInput('')).toBeNull();
  expect(momentOfInput('soon')).toBeNull();
});
