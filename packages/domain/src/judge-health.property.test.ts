import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HEALTHY, type HealthSignal, judgeHealth } from './judge-health.ts';

const RUNS = { numRuns: 300, seed: 20261121 };

const signal: fc.Arbitrary<HealthSignal> = fc.record({
  outcome: fc.constantFrom<HealthSignal['outcome']>('succeeded', 'failed', 'failed', 'failed', 'gone'),
  at: fc.integer({ min: 0, max: 86_400_000 }).map((ms) => new Date(ms)),
});
const policy = fc.record({ count: fc.integer({ min: 1, max: 10 }), forSeconds: fc.integer({ min: 0, max: 3600 }) });
const state = fc.constantFrom('Active', 'Stopped', 'TooManyErrors');

test('however attempts are put into groups, the count is that of the failures since the last success', () => {
  fc.assert(
    fc.property(fc.array(signal, { maxLength: 30 }), fc.nat(30), policy, state, (signals, cut, rule, now) => {
      const judge = (health: typeof HEALTHY, part: readonly HealthSignal[]) =>
        judgeHealth({ health, state: now as 'Active', policy: rule, signals: part }).health;
      const whole = judge(HEALTHY, signals);
      expect(judge(judge(HEALTHY, signals.slice(0, cut)), signals.slice(cut))).toEqual(whole);
      const run = signals.slice(signals.findLastIndex(({ outcome }) => outcome === 'succeeded') + 1);
      const since = run.length === 0 ? null : new Date(Math.min(...run.map(({ at }) => at.getTime())));
      expect(whole).toEqual({ consecutiveFailures: run.length, failingSince: since });
    }),
    RUNS,
  );
});

test('only an Active webhook is switched off, by a 410 or when count and time are both reached', () => {
  fc.assert(
    fc.property(fc.array(signal, { maxLength: 30 }), policy, state, (signals, rule, now) => {
      const { verdict } = judgeHealth({ health: HEALTHY, state: now as 'Active', policy: rule, signals });
      if (verdict.kind === 'keep') return;
      expect(now).toBe('Active');
      expect(signals[verdict.signal]?.outcome).toBe(verdict.kind === 'gone' ? 'gone' : 'failed');
      if (verdict.kind !== 'too_many_errors') return;
      expect(verdict.consecutiveFailures).toBeGreaterThanOrEqual(rule.count);
      expect(verdict.at.getTime() - verdict.failingSince.getTime()).toBeGreaterThanOrEqual(rule.forSeconds * 1000);
    }),
    RUNS,
  );
});
