import type { LatencyView } from '@posthorn/contracts';

/**
 * Upper bounds (ms, inclusive) of the buckets in which the durations of attempts are counted. Each is about twice the one
 * before, so that an estimate is off by less than half of the value; what is longer than the last one counts there.
 */
export const LATENCY_BOUNDS_MS = [
  5, 10, 20, 35, 60, 100, 200, 350, 600, 1000, 2000, 3500, 6000, 10_000, 20_000, 60_000,
] as const;

/** Index of the bucket of a duration. */
export const latencyBucket = (durationMs: number): number => {
  const last = LATENCY_BOUNDS_MS.length - 1;
  for (let bucket = 0; bucket < last; bucket += 1) {
    if (durationMs <= (LATENCY_BOUNDS_MS[bucket] as number)) return bucket;
  }
  return last;
};

/**
 * The duration that a share of what was counted did not exceed: durations of a bucket are taken to be spread evenly over it.
 * @param counts by bucket. @param share from 0 to 1. @returns ms; null when nothing was counted.
 */
export const estimateLatency = (counts: readonly number[], share: number): number | null => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  let estimate = 0;
  for (const [bucket, upper] of LATENCY_BOUNDS_MS.entries()) {
    const count = counts[bucket] ?? 0;
    if (count === 0) continue;
    const lower = LATENCY_BOUNDS_MS[bucket - 1] ?? 0;
    estimate = lower + (upper - lower) * Math.min(1, Math.max(0, rank - below) / count);
    below += count;
    if (below >= rank) break;
  }
  return estimate;
};

/** @param counts by bucket. @returns null when nothing was counted. */
export const summarizeLatency = (counts: readonly number[]): LatencyView | null => {
  if (estimateLatency(counts, 1) === null) return null;
  const roundedAt = (share: number): number => Math.round(estimateLatency(counts, share) ?? 0);
  return { p50: roundedAt(0.5), p95: roundedAt(0.95), p99: roundedAt(0.99) };
};
