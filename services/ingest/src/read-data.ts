import { PosthornError } from '@posthorn/contracts';
import { parseTree } from 'jsonc-parser';

/** Deeper than anything that is meant; PostgreSQL, and receivers, have limits of their own. */
const MAX_DEPTH = 64;

/**
 * Numbers that a double may not hold as they are written: 16 digits or more, or an exponent. Cheap to look for, and rare;
 * finding one too many costs only time.
 */
const RISKY_NUMBER = /\d(?:\.?\d){15}|\d[eE]/;

/** The text of the member `data` in the text of a body that JSON.parse has accepted. Of several the last, as JSON.parse does. */
const sliceData = (bodyText: string): string | null => {
  const members = parseTree(bodyText)?.children ?? [];
  const data = members.findLast(({ children }) => children?.[0]?.value === 'data')?.children?.[1];
  return data === undefined ? null : bodyText.slice(data.offset, data.offset + data.length);
};

const isTooDeep = (text: string): boolean => {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
};

/**
 * The event's data as JSON text, with every number as the publisher wrote it: what JavaScript would make of
 * 12345678901234567890 is another number, and receivers in other languages would get it.
 * @param bodyText the body as it came, or null when it was not UTF-8.
 * @throws PosthornError `validation_failed` when it is nested too deep.
 */
export const readData = (data: unknown, bodyText: string | null): string => {
  // JSON.stringify recurses, and a body can be nested deeper than the stack: looked at before.
  if (bodyText !== null && isTooDeep(bodyText)) {
    const message = `data must not be nested deeper than ${MAX_DEPTH} levels`;
    const errors = [{ path: '/data', code: 'json.depth', message }];
    throw new PosthornError('validation_failed', `The event is not valid: ${message}`, { errors });
  }
  const exact = bodyText !== null && RISKY_NUMBER.test(bodyText) ? sliceData(bodyText) : null;
  return exact ?? JSON.stringify(data);
};
