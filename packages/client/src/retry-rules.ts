import type { RetryFunction, RetryOptions } from 'got';
import { readRetryAfter } from './read-retry-after.ts';

/** The server refused before it did anything: another try is safe for every request. */
const REFUSED_STATUSES = [429, 503];
/** Whether the status says that nothing was done. */
export const isRefusal = (status: number): boolean => status < 500 || REFUSED_STATUSES.includes(status);
/** A gateway that lost the server behind it: like a lost connection, the request may have been carried out. */
const GATEWAY_STATUSES = [502, 504];
/** No connection was made, so nothing was sent. */
export const NEVER_SENT_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'];
/** The request may have arrived. `ETIMEDOUT` is also the code of got's own deadline. */
const MAYBE_SENT_CODES = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/** An answer that asks for a longer pause is given to the caller, who can plan; a call does not sleep for minutes. */
export const MAX_RETRY_AFTER_MS = 60_000;
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 10_000;

/** Doubles from half a second to 10 s; between half of that and all of it, so that clients do not return as one. */
export const backoffMs = (attemptCount: number): number =>
  Math.min(FIRST_BACKOFF_MS * 2 ** (attemptCount - 1), MAX_BACKOFF_MS) * (0.5 + Math.random() / 2);

/**
 * How long to wait before the next try. Asked only when the rules below allow one. got's own value is not used: it
 * takes `Retry-After: 0` for none at all and `Retry-After: -5` for "at once", and its backoff has next to no jitter.
 */
const calculateDelay: RetryFunction = ({ attemptCount, error }) => {
  const askedSeconds = readRetryAfter(error.response?.headers['retry-after'], Date.now());
  // For got 0 means "do not retry".
  return askedSeconds === null ? backoffMs(attemptCount) : Math.max(1, askedSeconds * 1000);
};

/**
 * got's retry rules for one request. `limit` counts retries, so that `limit + 1` requests are made at most. A request
 * is `repeatable` when carrying it out twice is the same as once.
 */
export const retryRules = ({ method, repeatable, limit }: { method: string; repeatable: boolean; limit: number }) =>
  ({
    limit,
    methods: [method as NonNullable<RetryOptions['methods']>[number]],
    statusCodes: repeatable ? [...REFUSED_STATUSES, ...GATEWAY_STATUSES] : REFUSED_STATUSES,
    errorCodes: repeatable ? [...NEVER_SENT_CODES, ...MAYBE_SENT_CODES] : NEVER_SENT_CODES,
    maxRetryAfter: MAX_RETRY_AFTER_MS,
    // Without this, calculateDelay would be asked for every error, and its answer would override all of the above.
    enforceRetryRules: true,
    calculateDelay,
  }) satisfies Partial<RetryOptions>;
