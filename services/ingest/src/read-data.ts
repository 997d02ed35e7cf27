import { PosthornError } from '@posthorn/contracts';
import { isDeeperThan, sliceMember } from './json-slices.ts';

/** Deeper than anything that is meant; PostgreSQL, and receivers, have limits of their own. */
const MAX_DEPTH = 64;

/**
 * Numbers that a double may not hold as they are written: 16 digits or more, or an exponent. Cheap to look for, and rare;
 * finding one too many costs only time.
 */
const RISKY_NUMBER = /\d(?:\.?\d){15}|\d[eE]/;

/** Whether `readData` has to see the text of the event: of a body without anything of this, no part has to be looked at. */
export const needsText = (bodyText: string): boolean =>
  isDeeperThan(bodyText, MAX_DEPTH) || RISKY_NUMBER.test(bodyText);

/**
 * The event's data as JSON text, with every number as the publisher wrote it: what JavaScript would make of
 * 12345678901234567890 is another number, and receivers in other languages would get it.
 * @param text the text of the event as it came; null when it was not UTF-8, or is known not to matter (`needsText`).
 * @throws PosthornError `validation_failed` when it is nested too deep.
 */
export const readData = (data: unknown, text: string | null): string => {
  // JSON.stringify recurses, and a body can be nested deeper than the stack: looked at before.
  if (text !== null && isDeeperThan(text, MAX_DEPTH)) {
    const message = `data must not be nested deeper than ${MAX_DEPTH} levels`;
    const errors = [{ path: '/data', code: 'json.depth', message }];
    throw new PosthornError('validation_failed', `The event is not valid: ${message}`, { errors });
  }
  const exact = text !== null && RISKY_NUMBER.test(text) ? sliceMember(text, 'data') : null;
  return exact ?? JSON.stringify(data);
};
