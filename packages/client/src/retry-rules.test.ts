import { describe, expect, test } from '@jest/globals';
import type { RequestError, RetryObject } from 'got';
import { readRetryAfter } from './read-retry-after.ts';
import { retryRules } from './retry-rules.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    [' 120 ', 120],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Thursday, 01-Jan-26 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['-5', null],
    ['', null],
    ['1e3', null],
    ['soon', null],
    [undefined, null],
  ])('%p is read as %p seconds', (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds);
  });
});

describe('the wait before another try', () => {
  const { calculateDelay } = retryRules({ method: 'GET', repeatable: true, limit: 3 });
  const wait = async (attemptCount: number, retryAfter?: string): Promise<number> => {
    const error = { response: { headers: { 'retry-after': retryAfter } } } as unknown as RequestError;
    return calculateDelay({ attemptCount, error } as RetryObject);
  };

  test('is what Retry-After asks for, and never the 0 that would mean "no retry"', async () => {
    expect(await wait(1, '7')).toBe(7000);
    expect(await wait(5, '0')).toBe(1);
  });

  test.each([
    [1, 250, 500],
    [2, 500, 1000],
    [3, 1000, 2000],
    [6, 5000, 10_000],
    [20, 5000, 10_000],
  ])('without a usable Retry-After, before retry %i, lies between %i and %i ms', async (attemptCount, low, high) => {
    for (const retryAfter of [undefined, '', '-5', 'soon']) {
      const waitMs = await wait(attemptCount, retryAfter);
      expect(waitMs).toBeGreaterThanOrEqual(low);
      expect(waitMs).toBeLessThanOrEqual(high);
    }
  });
});
