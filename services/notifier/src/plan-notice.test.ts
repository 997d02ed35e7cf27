import { describe, expect, test } from '@jest/globals';
import { planBackoff, planNotice, type SendOutcome } from './plan-notice.ts';

const HOUR_MS = 3_600_000;
const created = new Date('2026-11-21T00:00:00Z');

const plan = (result: SendOutcome, { tries = 1, ageMs = 0 } = {}) =>
  planNotice({ result, notice: { tries, created }, nowMs: created.getTime() + ageMs, random: 0 });

describe('the wait before another try', () => {
  test.each([
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [10_000, 300_000],
  ])('after try %i is at most %i ms', (tries, ms) => {
    expect(planBackoff(tries, 0)).toBe(ms);
    expect(planBackoff(tries, 0.999_999)).toBeGreaterThanOrEqual(ms * 0.75 - 1);
  });
});

describe('what becomes of a notice', () => {
  test('accepted: sent', () => {
    expect(plan({ kind: 'accepted', response: '250 OK' })).toEqual({ kind: 'sent' });
  });

  test('deferred: tried again, however old it is', () => {
    expect(plan({ kind: 'deferred', reason: '451 later' }, { tries: 3, ageMs: 1000 * HOUR_MS })).toEqual({
      kind: 'retry',
      inMs: 4000,
      error: '451 later',
    });
  });

  test('refused: hourly for a day, then given up', () => {
    const refused = { kind: 'refused', reason: '550 no such user' } as const;
    expect(plan(refused, { tries: 1 })).toEqual({ kind: 'retry', inMs: HOUR_MS, error: '550 no such user' });
    expect(plan(refused, { tries: 24, ageMs: 24 * HOUR_MS - 1 })).toMatchObject({ kind: 'retry' });
    expect(plan(refused, { tries: 25, ageMs: 24 * HOUR_MS })).toEqual({ kind: 'given_up', error: '550 no such user' });
  });

  test('never answered for: not at once again, hourly at the most, and given up after a day', () => {
    const unanswered = { kind: 'unanswered', reason: 'Connection closed unexpectedly' } as const;
    const error = 'Connection closed unexpectedly';
    expect(plan(unanswered, { tries: 1 })).toEqual({ kind: 'retry', inMs: HOUR_MS / 12, error });
    expect(plan(unanswered, { tries: 3 })).toEqual({ kind: 'retry', inMs: HOUR_MS / 3, error });
    expect(plan(unanswered, { tries: 9, ageMs: 24 * HOUR_MS - 1 })).toEqual({ kind: 'retry', inMs: HOUR_MS, error });
    expect(plan(unanswered, { tries: 9, ageMs: 24 * HOUR_MS })).toEqual({ kind: 'given_up', error });
  });

  test('a fault of ours: tried again, with the error', () => {
    expect(plan({ kind: 'broken', error: new TypeError('no events') })).toMatchObject({
      kind: 'retry',
      inMs: 1000,
      error: 'TypeError: no events',
    });
  });

  test('the reason is one line that PostgreSQL can store', () => {
    const outcome = plan({ kind: 'deferred', reason: `a\u0000\r\nb${'x'.repeat(5000)}` });
    expect(outcome).toMatchObject({ error: expect.stringMatching(/^a\ufffd bx{995}…$/) });
  });
});
