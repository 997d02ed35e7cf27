import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter } from './parse-retry-after.ts';
import { type RetryPlanInput, planRetry } from './plan-retry.ts';
import { settleAttempt } from './settle-attempt.ts';

/** Any text, halves of characters and control characters among them. */
const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

const RUNS = { numRuns: 300, seed: 20261121 };

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const plan: fc.Arbitrary<RetryPlanInput> = fc.record({
  attemptsMade: fc.integer({ min: 1, max: 30 }),
  delaysSeconds: fc.array(fc.integer({ min: 0, max: 604_800 }), { maxLength: 20 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  random,
  retryAfterSeconds: fc.option(fc.integer({ min: 0, max: 9_999_999_999 })),
  retryAfterCapSeconds: fc.integer({ min: 0, max: 604_800 }),
});

test('there is a wait for every delay and none after the last, within its spread, and a receiver only ever makes it longer, to the cap', () => {
  fc.assert(
    fc.property(plan, (input) => {
      const waitMs = planRetry(input);
      const delay = input.delaysSeconds[input.attemptsMade - 1];
      if (delay === undefined) {
        expect(waitMs).toBeNull();
        return;
      }
      const unasked = planRetry({ ...input, retryAfterSeconds: null });
      expect(Number.isInteger(waitMs)).toBe(true);
      expect(waitMs).toBeGreaterThanOrEqual(unasked ?? Number.NaN);
      expect(unasked).toBeGreaterThanOrEqual(Math.floor(delay * (1 - input.jitter) * 1000));
      expect(unasked).toBeLessThanOrEqual(Math.ceil(delay * (1 + input.jitter) * 1000));
      expect(waitMs).toBeLessThanOrEqual(Math.max(unasked ?? 0, input.retryAfterCapSeconds * 1000));
    }),
    RUNS,
  );
});

test('a schedule comes to its end after as many retries as it has delays, whatever a receiver answers', () => {
  const answer = fc.record({
    status: fc.option(fc.integer({ min: 100, max: 999 })),
    retryAfter: fc.option(
      fc.oneof(
        fc.string(),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      {
        nil: undefined,
      },
    ),
  });
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 12, maxLength: 12 }),
      plan,
      fc.constantFrom('2xx', '200'),
      (answers, given, rule) => {
        const { delaysSeconds, jitter, retryAfterCapSeconds } = given;
        const retry = { delaysSeconds: delaysSeconds.slice(0, 10), jitter };
        let attempts = 0;
        for (const one of answers) {
          attempts += 1;
          const settings = {
            successStatus: rule as '2xx' | '200',
            retry,
            retryAfterCapSeconds,
            nowMs: 0,
            random: given.random,
          };
          const settled = settleAttempt({ answer: one, attemptsMade: attempts, ...settings });
          if (settled.status !== 'pending') break;
          expect(Number.isFinite(settled.retryInMs) && settled.retryInMs >= 0).toBe(true);
        }
        expect(attempts).toBeLessThanOrEqual(retry.delaysSeconds.length + 1);
      },
    ),
    RUNS,
  );
});

test('Retry-After is whole seconds from now or nothing, whatever the text', () => {
  const text = fc.oneof(
    fc.string(),
    codeUnits,
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 4_102_444_800_000 }), (value, nowMs) => {
      const seconds = parseRetryAfter(value, nowMs);
      expect(seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0)).toBe(true);
    }),
    RUNS,
  );
});
