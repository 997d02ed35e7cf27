/**
 * Seconds that a Retry-After header asks for (RFC 9110 §10.2.3: a number of seconds or an HTTP date); null when it is
 * missing or cannot be understood. A date in the past asks for 0.
 */
export const readRetryAfter = (value: string | undefined, nowMs: number): number | null => {
  const text = value?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // Every HTTP date starts with the name of a day; Date.parse alone would take "-5" for a year.
  const atMs = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
};
