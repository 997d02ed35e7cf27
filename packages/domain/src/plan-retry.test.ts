import { describe, expect, test } from '@jest/globals';
import { planRetry } from './plan-retry.ts';

const base = {
  attemptsMade: 1,
  delaysSeconds: [5, 300],
  jitter: 0.1,
  random: 0.5,
  retryAfterSeconds: null,
  retryAfterCapSeconds: 86_400,
};

describe('planning a retry', () => {
  test('follows the schedule, one delay a failed attempt', () => {
    expect(planRetry(base)).toBe(5000);
    expect(planRetry({ ...base, attemptsMade: 2 })).toBe(300_000);
  });

  test('ends when the schedule is used up', () => {
    expect(planRetry({ ...base, attemptsMade: 3 })).toBeNull();
    expect(planRetry({ ...base, delaysSeconds: [] })).toBeNull();
  });

  test('spreads a delay evenly over its jitter', () => {
    expect(planRetry({ ...base, random: 0 })).toBe(4500);
    expect(planRetry({ ...base, random: 0.999_999_9 })).toBe(5500);
  });

  test('waits as long as the receiver asks when that is longer', () => {
    expect(planRetry({ ...base, retryAfterSeconds: 60 })).toBe(60_000);
  });

  test('is never hurried by the receiver', () => {
    expect(planRetry({ ...base, attemptsMade: 2, retryAfterSeconds: 1 })).toBe(300_000);
  });

  test('waits no longer than the cap', () => {
    expect(planRetry({ ...base, retryAfterSeconds: 1e9, retryAfterCapSeconds: 3600 })).toBe(3_600_000);
  });

  test('does not give a receiver more attempts than the schedule has', () => {
    expect(planRetry({ ...base, attemptsMade: 3, retryAfterSeconds: 60 })).toBeNull();
  });
});
