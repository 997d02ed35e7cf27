import { describe, expect, test } from '@jest/globals';
import { shareRate, shareSlots } from './share-limit.ts';

describe('sharing a limit among workers', () => {
  test('the shares of all workers add up to the limit, for any limit and number of workers', () => {
    for (let size = 1; size <= 12; size += 1) {
      for (let limit = 0; limit <= 40; limit += 1) {
        const shares = Array.from({ length: size }, (_, rank) => shareSlots(limit, { rank, size }));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(limit);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }
    }
  });

  test('a single worker has all of it', () => {
    expect(shareSlots(7, { rank: 0, size: 1 })).toBe(7);
    expect(shareRate(10, { rank: 0, size: 1 })).toBe(10);
  });

  test('rates are split evenly', () => {
    expect(shareRate(10, { rank: 3, size: 4 })).toBe(2.5);
  });
});
