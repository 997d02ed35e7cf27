import { PosthornError } from '@posthorn/contracts';
import type { Registry } from 'prom-client';
import type { Logger } from '../create-logger.ts';
import { limitedRequests } from '../metrics/limit-metrics.ts';
import { createBuckets } from './create-buckets.ts';

/** Bounds what one account does in a time, so that a script of one that runs wild is not everybody's outage. */
export interface AccountLimiter {
  /** @throws PosthornError `too_many_requests` with the time after which to come again. */
  assertMay(accountId: number, points?: number): void;
  /** The same as a value: 0, or how many ms to wait. */
  waitMs(accountId: number, points?: number): number;
}

const UNLIMITED: AccountLimiter = { assertMay() {}, waitMs: () => 0 };

/** One line in the log for an account in so long. */
const TELL_AGAIN_MS = 60_000;

export interface AccountLimit {
  /** As the metric names it. */
  limit: 'api_calls' | 'events';
  perSecond: number;
  /** What may be done at once after a pause. */
  burst: number;
}

/** `perSecond` 0 is no limit at all. */
export const createAccountLimiter = (
  { limit, perSecond, burst }: AccountLimit,
  { logger, registry }: { logger: Logger; registry: Registry },
): AccountLimiter => {
  const limited = limitedRequests(registry);
  if (perSecond === 0) return UNLIMITED;
  const buckets = createBuckets({ capacity: Math.max(1, burst), perSecond });
  const told = createBuckets({ capacity: 1, perSecond: 1000 / TELL_AGAIN_MS });
  const waitMs = (accountId: number, points = 1): number => {
    const wait = buckets.take(String(accountId), points);
    if (wait === 0) return 0;
    limited.inc({ limit });
    if (told.take(String(accountId)) === 0) logger.warn({ accountId, limit, perSecond }, 'account.limited');
    return wait;
  };
  return {
    waitMs,
    assertMay(accountId, points) {
      const wait = waitMs(accountId, points);
      if (wait === 0) return;
      throw new PosthornError('too_many_requests', 'This account has done too much in a short time.', {
        retryAfterSeconds: Math.ceil(wait / 1000),
      });
    },
  };
};
