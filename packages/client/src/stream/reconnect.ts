import { PosthornApiError } from '../errors.ts';
import { backoffMs, MAX_RETRY_AFTER_MS } from '../retry-rules.ts';

/** Whether a stream that ended with this error would end with it again. */
export const isFinal = (error: Error): boolean =>
  error instanceof PosthornApiError &&
  (![429, 502, 503, 504].includes(error.status) || (error.retryAfterSeconds ?? 0) * 1000 > MAX_RETRY_AFTER_MS);

/** How long to wait before a stream is opened again, after so many failures in a row. */
export const waitMs = (error: Error, failures: number): number => {
  const asked = error instanceof PosthornApiError ? error.retryAfterSeconds : undefined;
  return asked === undefined ? backoffMs(Math.max(1, failures)) : asked * 1000;
};
