import { invalidField } from '../http/read-input.ts';

const HOUR_MS = 3_600_000;
/** No event is older; and far from where dates end. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2200, 0);

/**
 * The range that a query asks for, in Unix ms. Default: the hour before now, or before `until`.
 * @throws PosthornError `validation_failed`
 */
export const readRange = (
  { since, until }: { since?: string | undefined; until?: string | undefined },
  nowMs: number,
): { sinceMs: number; untilMs: number } => {
  const untilMs = until === undefined ? nowMs : Date.parse(until);
  const sinceMs = since === undefined ? untilMs - HOUR_MS : Date.parse(since);
  if (untilMs < EARLIEST_MS || untilMs > LATEST_MS) {
    throw invalidField('until', 'date.range', 'until must be in the years 2000 to 2199');
  }
  if (sinceMs >= untilMs || sinceMs < EARLIEST_MS) {
    throw invalidField('since', 'date.range', 'since must be before until, and not before the year 2000');
  }
  return { sinceMs, untilMs };
};
