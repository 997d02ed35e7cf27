import type { RetryPolicy } from '@posthorn/contracts';
import { parseRetryAfter } from './parse-retry-after.ts';
import { planRetry } from './plan-retry.ts';

/** What came back from a receiver, as far as the fate of the delivery depends on it. */
export interface Answer {
  /** HTTP status; null when no complete answer came. */
  status: number | null;
  retryAfter: string | undefined;
}

/** What the attempt did to its delivery. */
export type Settlement =
  | { status: 'succeeded' }
  | { status: 'failed'; gone: boolean }
  | { status: 'pending'; retryInMs: number };

/** Whether a status counts as success under the webhook's rule. */
export const isSuccess = (status: number, rule: '2xx' | '200'): boolean =>
  rule === '200' ? status === 200 : status >= 200 && status <= 299;

/**
 * Decides what an automatic attempt means for its delivery: 2xx (or exactly 200) succeeds, 410 ends it at once, all
 * else is tried again by the schedule; 429 and 503 may ask for a longer wait.
 */
export const settleAttempt = (input: {
  answer: Answer;
  successStatus: '2xx' | '200';
  attemptsMade: number;
  retry: RetryPolicy;
  retryAfterCapSeconds: number;
  nowMs: number;
  random: number;
}): Settlement => {
  const { status, retryAfter } = input.answer;
  if (status !== null && isSuccess(status, input.successStatus)) return { status: 'succeeded' };
  if (status === 410) return { status: 'failed', gone: true };
  const mayAsk = status === 429 || status === 503;
  const retryInMs = planRetry({
    attemptsMade: input.attemptsMade,
    delaysSeconds: input.retry.delaysSeconds,
    jitter: input.retry.jitter,
    random: input.random,
    retryAfterSeconds: mayAsk ? parseRetryAfter(retryAfter, input.nowMs) : null,
    retryAfterCapSeconds: input.retryAfterCapSeconds,
  });
  return retryInMs === null ? { status: 'failed', gone: false } : { status: 'pending', retryInMs };
};
