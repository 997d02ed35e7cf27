export interface RetryPlanInput {
  /** Attempts of the automatic schedule made so far, the one that just failed among them (1 after the first). */
  attemptsMade: number;
  /** Seconds before each retry. */
  delaysSeconds: readonly number[];
  /** 0.1 spreads each delay over ±10 %. */
  jitter: number;
  /** A number from 0 (inclusive) to 1 (exclusive) that decides where in the spread the delay falls. */
  random: number;
  /** What the receiver asked for with Retry-After on a 429 or 503, in seconds; null when it did not. */
  retryAfterSeconds: number | null;
  /** Longest wait that a receiver may ask for, in seconds. */
  retryAfterCapSeconds: number;
}

/**
 * Milliseconds until the next attempt, or null when the schedule is used up. The wait that a receiver asks for is kept
 * in full (to the cap) and never shortens the schedule; jitter is not applied to it downwards.
 */
export const planRetry = (input: RetryPlanInput): number | null => {
  const delaySeconds = input.delaysSeconds[input.attemptsMade - 1];
  if (delaySeconds === undefined) return null;
  const spread = 1 + input.jitter * (2 * input.random - 1);
  const asked = Math.min(input.retryAfterSeconds ?? 0, input.retryAfterCapSeconds);
  return Math.round(Math.max(delaySeconds * spread, asked) * 1000);
};
