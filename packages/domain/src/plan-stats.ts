import { STATS_STEPS, type StatsStep } from '@posthorn/contracts';

/** As many as a chart shows: the step that is chosen by itself gives no more. */
const COMFORTABLE_POINTS = 400;

/** A range of whole steps, in Unix ms: `sinceMs` inclusive, `untilMs` exclusive. Steps begin at multiples of their length since 1970 UTC. */
export interface StatsRange {
  sinceMs: number;
  untilMs: number;
  stepSeconds: number;
}

const alignTo = (stepSeconds: number, { sinceMs, untilMs }: { sinceMs: number; untilMs: number }): StatsRange => {
  const stepMs = stepSeconds * 1000;
  return {
    sinceMs: Math.floor(sinceMs / stepMs) * stepMs,
    untilMs: Math.ceil(untilMs / stepMs) * stepMs,
    stepSeconds,
  };
};

/** How many steps a range has. */
export const countPoints = ({ sinceMs, untilMs, stepSeconds }: StatsRange): number =>
  (untilMs - sinceMs) / (stepSeconds * 1000);

/**
 * Widens a range to whole steps: of the given length, or of the smallest one that gives few enough points, and otherwise
 * the longest.
 */
export const planStats = (range: { sinceMs: number; untilMs: number; step?: StatsStep | undefined }): StatsRange => {
  if (range.step !== undefined) return alignTo(STATS_STEPS[range.step], range);
  const candidates = Object.values(STATS_STEPS).map((seconds) => alignTo(seconds, range));
  return (candidates.find((candidate) => countPoints(candidate) <= COMFORTABLE_POINTS) ??
    candidates.at(-1)) as StatsRange;
};
