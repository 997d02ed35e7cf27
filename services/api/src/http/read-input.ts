import { decodeId, type FieldError, type IdKind, PosthornError, validate } from '@posthorn/contracts';
import type Joi from 'joi';
import { findUnstorable } from './find-unstorable.ts';

/** `validation_failed` for one field. */
export const invalidField = (path: string, code: string, message: string): PosthornError =>
  new PosthornError('validation_failed', message, { errors: [{ path, code, message }] });

const refuse = (what: string, errors: readonly FieldError[]): void => {
  if (errors.length === 0) return;
  throw new PosthornError('validation_failed', `${what}: ${errors[0]?.message}`, { errors });
};

/** @throws PosthornError `validation_failed` when a value holds what PostgreSQL cannot store as it is. */
export const assertStorable = (value: unknown, what: string): void => refuse(what, findUnstorable(value));

/**
 * A body, checked and typed.
 * @throws PosthornError `validation_failed` with the JSON pointer of every field that is wrong.
 */
export const readBody = <T>(schema: Joi.Schema<T>, body: unknown): T => {
  assertStorable(body, 'The body is not valid');
  return validate(schema, body, 'The body is not valid');
};

/**
 * Query parameters, checked and typed; the schema lists all that there are.
 * @throws PosthornError `validation_failed` with the name of every parameter that is wrong.
 */
export const readQuery = <T>(schema: Joi.Schema<T>, query: Readonly<Record<string, unknown>>): T => {
  const what = 'The query is not valid';
  const byName = (errors: readonly FieldError[]): FieldError[] =>
    errors.map((error) => ({ ...error, path: error.path.slice(1) }));
  refuse(what, byName(findUnstorable(query)));
  try {
    return validate(schema, query, what);
  } catch (error) {
    if (!(error instanceof PosthornError)) throw error;
    throw new PosthornError(error.code, error.message, { errors: byName(error.errors) });
  }
};

/** What an id leads to when nothing has it: the same for one that is another account's and for one that is no id. */
export const noSuch = (what: string): PosthornError => new PosthornError('not_found', `There is no such ${what}.`);

const MAX_INTEGER = 2_147_483_647;

/** An integer id from a path. @throws PosthornError `not_found` when it cannot be one. */
export const readIntegerId = (text: unknown, what: string): number => {
  const id = typeof text === 'string' && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Infinity;
  if (id > MAX_INTEGER) throw noSuch(what);
  return id;
};

/** The UUID of a public id from a path. @throws PosthornError `not_found` when it cannot be one of that kind. */
export const readPublicId = (kind: IdKind, text: unknown, what: string): string => {
  const uuid = typeof text === 'string' ? decodeId(kind, text) : null;
  if (uuid === null) throw noSuch(what);
  return uuid;
};
