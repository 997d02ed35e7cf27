import { expect, test } from '@jest/globals';
import { STATS_STEPS } from '@posthorn/contracts';
import fc from 'fast-check';
import { countPoints, planStats } from './plan-stats.ts';

const at = (text: string): number => Date.parse(text);
const HOUR_MS = 3_600_000;

test('an hour is seen by the minute, and its first and last minute are whole', () => {
  const range = planStats({ sinceMs: at('2026-01-31T08:30:12Z'), untilMs: at('2026-01-31T09:30:12Z') });
  expect(range).toEqual({
    sinceMs: at('2026-01-31T08:30:00Z'),
    untilMs: at('2026-01-31T09:31:00Z'),
    stepSeconds: 60,
  });
  expect(countPoints(range)).toBe(61);
});

test.each([
  [6, '1m'],
  [24, '5m'],
  [72, '15m'],
  [14 * 24, '1h'],
  [90 * 24, '6h'],
  [365 * 24, '1d'],
  [3000 * 24, '1d'],
] as const)('%i hours are seen by %s', (hours, step) => {
  const untilMs = at('2026-01-31T00:00:00Z');
  const { stepSeconds } = planStats({ sinceMs: untilMs - hours * HOUR_MS, untilMs });
  expect(stepSeconds).toBe(STATS_STEPS[step]);
});

test('days are those of UTC', () => {
  const range = planStats({ sinceMs: at('2026-01-30T23:00:00Z'), untilMs: at('2026-01-31T01:00:00Z'), step: '1d' });
  expect([range.sinceMs, range.untilMs]).toEqual([at('2026-01-30T00:00:00Z'), at('2026-02-01T00:00:00Z')]);
});

test('every range lies in the one that it is widened to, which is whole steps and no step too wide', () => {
  const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
  const step = fc.option(fc.constantFrom(...(Object.keys(STATS_STEPS) as (keyof typeof STATS_STEPS)[])), {
    nil: undefined,
  });
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 10_000_000_000 }), step, (sinceMs, lengthMs, wanted) => {
      const untilMs = sinceMs + lengthMs;
      const range = planStats({ sinceMs, untilMs, step: wanted });
      const stepMs = range.stepSeconds * 1000;
      expect(range.sinceMs).toBeLessThanOrEqual(sinceMs);
      expect(range.untilMs).toBeGreaterThanOrEqual(untilMs);
      expect(sinceMs - range.sinceMs).toBeLessThan(stepMs);
      expect(range.untilMs - untilMs).toBeLessThan(stepMs);
      expect([range.sinceMs % stepMs, range.untilMs % stepMs]).toEqual([0, 0]);
    }),
    { numRuns: 300, seed: 20261121 },
  );
});
