/**
 * Seconds that a Retry-After header asks for (RFC 9110 §10.2.3: a number of seconds or an HTTP date); null when it
 * cannot be understood. A date in the past asks for 0.
 */
export const parseRetryAfter = (value: string | undefined, nowMs: number): number | null => {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // All three HTTP date forms start with the name of a day; anything else that Date.parse takes is not one of them.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
};
