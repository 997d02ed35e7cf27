import type { FieldError } from '@posthorn/contracts';

/** Deeper than anything that is meant; PostgreSQL and recursive code have limits of their own. */
const MAX_DEPTH = 64;
const MAX_ERRORS = 20;

interface Place {
  value: unknown;
  path: string;
  depth: number;
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const checkText = (text: string): { code: string; message: string } | null => {
  if (text.includes('\0')) return { code: 'string.nul', message: 'must not contain the character NUL' };
  if (/\p{Surrogate}/u.test(text))
    return { code: 'string.surrogate', message: 'must not contain half of a surrogate pair' };
  return null;
};

const checkPlace = ({ value, depth }: Place): { code: string; message: string } | null => {
  if (typeof value === 'string') return checkText(value);
  // JSON.parse makes Infinity of 1e999, and JSON.stringify makes null of that.
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { code: 'number.infinity', message: 'must be a number that a double can hold' };
  }
  if (depth > MAX_DEPTH) return { code: 'json.depth', message: `must not be nested deeper than ${MAX_DEPTH} levels` };
  return null;
};

const checkName = (name: string): { code: string; message: string } | null =>
  // As a name it would set the prototype of what copies the object, and vanish.
  name === '__proto__' ? { code: 'object.unknown', message: 'is not allowed as a name' } : checkText(name);

/**
 * What in a JSON value PostgreSQL cannot store as it is, with JSON pointers: text with NUL, which no text column holds,
 * or with a lone surrogate, which is no Unicode text; numbers beyond a double; names that would get lost. Values of all
 * depths are looked at, names of members too, without recursion.
 */
export const findUnstorable = (input: unknown): FieldError[] => {
  const errors: FieldError[] = [];
  const places: Place[] = [{ value: input, path: '', depth: 0 }];
  for (let place = places.pop(); place !== undefined && errors.length < MAX_ERRORS; place = places.pop()) {
    const { value, path, depth } = place;
    const fault = checkPlace(place);
    if (fault !== null) {
      errors.push({ path, code: fault.code, message: `${path === '' ? 'value' : path.slice(1)} ${fault.message}` });
      continue;
    }
    if (typeof value !== 'object' || value === null) continue;
    const inside: Place[] = [];
    for (const [name, member] of Object.entries(value)) {
      const memberPath = `${path}/${escapePointer(name)}`;
      const nameFault = checkName(name);
      if (nameFault === null) inside.push({ value: member, path: memberPath, depth: depth + 1 });
      else
        errors.push({ path: memberPath, code: nameFault.code, message: `${memberPath.slice(1)} ${nameFault.message}` });
    }
    // In the order of the document, so that the first error is the first one there.
    places.push(...inside.toReversed());
  }
  return errors;
};
