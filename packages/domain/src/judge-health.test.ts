import { describe, expect, test } from '@jest/globals';
import { type Health, type HealthSignal, HEALTHY, judgeHealth } from './judge-health.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const failed = (seconds: number): HealthSignal => ({ outcome: 'failed', at: at(seconds) });
const succeeded = (seconds: number): HealthSignal => ({ outcome: 'succeeded', at: at(seconds) });
const gone = (seconds: number): HealthSignal => ({ outcome: 'gone', at: at(seconds) });

const judge = (
  signals: HealthSignal[],
  health: Health = HEALTHY,
  state: 'Active' | 'Stopped' | 'TooManyErrors' = 'Active',
) => judgeHealth({ health, state, policy: { count: 3, forSeconds: 60 }, signals });

describe('judging the health of a webhook', () => {
  test('counts failures in a row and remembers the first', () => {
    expect(judge([failed(1), failed(2)])).toEqual({
      health: { consecutiveFailures: 2, failingSince: at(1) },
      verdict: { kind: 'keep' },
    });
  });

  test('many failures in a short time are not too many', () => {
    expect(judge([failed(1), failed(2), failed(3), failed(4)]).verdict).toEqual({ kind: 'keep' });
  });

  test('few failures over a long time are not too many', () => {
    expect(judge([failed(0), failed(10_000)]).verdict).toEqual({ kind: 'keep' });
  });

  test('enough failures over enough time are too many, from the very failure that reaches both', () => {
    expect(judge([failed(0), failed(30), failed(60)]).verdict).toEqual({
      kind: 'too_many_errors',
      signal: 2,
      at: at(60),
      consecutiveFailures: 3,
      failingSince: at(0),
    });
  });

  test('a window of zero judges by count alone', () => {
    const policy = { count: 2, forSeconds: 0 };
    const result = judgeHealth({ health: HEALTHY, state: 'Active', policy, signals: [failed(5), failed(5)] });
    expect(result.verdict.kind).toBe('too_many_errors');
  });

  test('goes on from the count that is stored', () => {
    const result = judge([failed(61)], { consecutiveFailures: 2, failingSince: at(0) });
    expect(result.verdict.kind).toBe('too_many_errors');
    expect(result.health.consecutiveFailures).toBe(3);
  });

  test('any success ends the episode', () => {
    const result = judge([failed(100), succeeded(101), failed(102)], { consecutiveFailures: 2, failingSince: at(0) });
    expect(result.verdict.kind).toBe('too_many_errors');
    expect(result.health).toEqual({ consecutiveFailures: 1, failingSince: at(102) });
    expect(judge([succeeded(1)], { consecutiveFailures: 9, failingSince: at(0) })).toEqual({
      health: HEALTHY,
      verdict: { kind: 'keep' },
    });
  });

  test('gives one verdict however many failures follow it', () => {
    const signals = Array.from({ length: 50 }, (_, index) => failed(index * 10));
    const { verdict, health } = judge(signals);
    expect(verdict).toMatchObject({ kind: 'too_many_errors', consecutiveFailures: 7 });
    expect(health.consecutiveFailures).toBe(50);
  });

  test.each(['Stopped', 'TooManyErrors'] as const)('a webhook that is %s is counted, not judged', (state) => {
    const result = judge([failed(0), failed(1), failed(100), gone(101)], HEALTHY, state);
    expect(result).toEqual({ health: { consecutiveFailures: 4, failingSince: at(0) }, verdict: { kind: 'keep' } });
  });

  test('a receiver that is gone stops the webhook at once', () => {
    expect(judge([gone(5)]).verdict).toEqual({
      kind: 'gone',
      signal: 0,
      at: at(5),
      consecutiveFailures: 1,
      failingSince: at(5),
    });
  });

  test('an episode began with its earliest failure, in whatever order results arrive', () => {
    expect(judge([failed(30), failed(10)]).health.failingSince).toEqual(at(10));
  });
});
