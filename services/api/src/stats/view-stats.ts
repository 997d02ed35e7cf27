import type { StatsPoint, StatsSummary } from '@posthorn/contracts';
import type { CountedStats } from '@posthorn/database';
import { type StatsRange, summarizeLatency } from '@posthorn/domain';

const NOTHING: CountedStats = { accepted: 0, succeeded: 0, failed: 0, retried: 0, latency: [] };

/** What was counted, as answers show it. */
export const viewCounted = ({ accepted, succeeded, failed, retried, latency }: CountedStats): StatsSummary => ({
  accepted,
  succeeded,
  failed,
  retried,
  latencyMs: summarizeLatency(latency),
});

/** A point for each step of the range, oldest first. */
export const viewPoints = (
  { sinceMs, untilMs, stepSeconds }: StatsRange,
  counted: readonly (CountedStats & { atMs: number })[],
): StatsPoint[] => {
  const byTime = new Map(counted.map((step) => [step.atMs, step]));
  const stepMs = stepSeconds * 1000;
  return Array.from({ length: (untilMs - sinceMs) / stepMs }, (_, index) => {
    const atMs = sinceMs + index * stepMs;
    return { at: new Date(atMs).toISOString(), ...viewCounted(byTime.get(atMs) ?? NOTHING) };
  });
};

/** All of it together. */
export const addCounted = (counted: readonly CountedStats[]): CountedStats => {
  const total = { ...NOTHING, latency: [] as number[] };
  for (const { accepted, succeeded, failed, retried, latency } of counted) {
    total.accepted += accepted;
    total.succeeded += succeeded;
    total.failed += failed;
    total.retried += retried;
    latency.forEach((count, bucket) => {
      total.latency[bucket] = (total.latency[bucket] ?? 0) + count;
    });
  }
  return total;
};
