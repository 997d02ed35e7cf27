import type { FieldError } from '../api/types.ts';

/** What the server said of fields that a form shows, by the name of the field, and of all others. */
export interface SortedErrors {
  byField: Record<string, string[]>;
  others: string[];
}

/** The name of the field that a JSON pointer or the name of a parameter leads into: `/retry/delaysSeconds/2` → both parts. */
const partsOf = (path: string): string[] =>
  path
    .replace(/^\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * Sorts the errors of an answer to the fields of a form. A field is named by its path with dots (`tooManyErrors.count`);
 * an error deeper in it (`/events/3`) belongs to it, and the message says which part is meant.
 */
export const sortErrors = (errors: readonly FieldError[], fields: readonly string[]): SortedErrors => {
  const sorted: SortedErrors = { byField: {}, others: [] };
  for (const { path, message } of errors) {
    const parts = partsOf(path);
    const candidates = parts.map((_, count) => parts.slice(0, parts.length - count).join('.'));
    // An error of the whole (`/retry`) is shown at its first field.
    const field =
      candidates.find((name) => fields.includes(name)) ?? fields.find((name) => name.startsWith(`${parts.join('.')}.`));
    if (field === undefined) sorted.others.push(path === '' ? message : `${path}: ${message}`);
    else (sorted.byField[field] ??= []).push(message);
  }
  return sorted;
};
