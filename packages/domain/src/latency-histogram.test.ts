import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { estimateLatency, LATENCY_BOUNDS_MS, latencyBucket, summarizeLatency } from './latency-histogram.ts';

const RUNS = { numRuns: 300, seed: 20261121 };

const countAll = (durations: readonly number[]): number[] => {
  const counts = LATENCY_BOUNDS_MS.map(() => 0);
  for (const duration of durations) counts[latencyBucket(duration)] = (counts[latencyBucket(duration)] ?? 0) + 1;
  return counts;
};

describe('a bucket', () => {
  test('has its upper bound and not its lower one; the first has 0, the last all that is longer', () => {
    expect([0, 5, 6, 10, 11, 60_000, 60_001, 3_600_000].map(latencyBucket)).toEqual([0, 0, 1, 1, 2, 15, 15, 15]);
  });

  test('there are few, and each is at most about twice the one before', () => {
    expect(LATENCY_BOUNDS_MS).toHaveLength(16);
    LATENCY_BOUNDS_MS.slice(1).forEach((bound, index) => {
      const ratio = bound / (LATENCY_BOUNDS_MS[index] as number);
      expect([bound, ratio > 1 && ratio <= 3]).toEqual([bound, true]);
    });
  });
});

describe('an estimate', () => {
  test('of nothing is none', () => {
    expect(estimateLatency(countAll([]), 0.5)).toBeNull();
    expect(summarizeLatency([])).toBeNull();
  });

  test('is spread evenly over the bucket', () => {
    // 100 of 60 < x <= 100 ms.
    const counts = countAll(Array.from({ length: 100 }, () => 80));
    expect(estimateLatency(counts, 0.5)).toBeCloseTo(80);
    expect(summarizeLatency(counts)).toEqual({ p50: 80, p95: 98, p99: 100 });
  });

  test('passes over empty buckets', () => {
    const counts = countAll([...Array.from({ length: 95 }, () => 3), ...Array.from({ length: 5 }, () => 15_000)]);
    expect(summarizeLatency(counts)).toEqual({ p50: 3, p95: 5, p99: 18_000 });
  });

  test('lies in the bucket of the true value, and grows with the share', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 200 });
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(durations, share, share, (values, one, other) => {
        const counts = countAll(values);
        const sorted = values.toSorted((a, b) => a - b);
        const rank = Math.max(1, Math.ceil(one * values.length));
        const truth = sorted[rank - 1] as number;
        const estimate = estimateLatency(counts, one) as number;
        const bucket = latencyBucket(truth);
        expect(estimate).toBeGreaterThanOrEqual(LATENCY_BOUNDS_MS[bucket - 1] ?? 0);
        expect(estimate).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[bucket] as number);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(estimateLatency(counts, low) as number).toBeLessThanOrEqual(estimateLatency(counts, high) as number);
      }),
      RUNS,
    );
  });
});
