import { describe, expect, test } from '@jest/globals';
import { settleAttempt } from './settle-attempt.ts';

const settle = (status: number | null, overrides: object = {}) =>
  settleAttempt({
    answer: { status, retryAfter: undefined },
    successStatus: '2xx',
    attemptsMade: 1,
    retry: { delaysSeconds: [5, 300], jitter: 0 },
    retryAfterCapSeconds: 86_400,
    nowMs: Date.UTC(2026, 0, 1),
    random: 0.5,
    ...overrides,
  });

describe('what an attempt means for its delivery', () => {
  test.each([200, 201, 204, 299])('%i succeeds', (status) => {
    expect(settle(status)).toEqual({ status: 'succeeded' });
  });

  test.each([199, 301, 302, 400, 404, 500, 503, null])('%p is tried again', (status) => {
    expect(settle(status)).toEqual({ status: 'pending', retryInMs: 5000 });
  });

  test('only 200 succeeds where only 200 counts', () => {
    expect(settle(200, { successStatus: '200' })).toEqual({ status: 'succeeded' });
    expect(settle(204, { successStatus: '200' })).toEqual({ status: 'pending', retryInMs: 5000 });
  });

  test('410 ends it at once, whatever is left of the schedule', () => {
    expect(settle(410)).toEqual({ status: 'failed', gone: true });
  });

  test('it has failed when the schedule is used up', () => {
    expect(settle(500, { attemptsMade: 3 })).toEqual({ status: 'failed', gone: false });
  });

  test.each([429, 503])('%i may ask for a longer wait', (status) => {
    const answer = { status, retryAfter: '40' };
    expect(settle(status, { answer })).toEqual({ status: 'pending', retryInMs: 40_000 });
  });

  test('other answers may not', () => {
    const answer = { status: 500, retryAfter: '40' };
    expect(settle(500, { answer })).toEqual({ status: 'pending', retryInMs: 5000 });
  });
});
