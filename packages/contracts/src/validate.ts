import Joi from 'joi';
import { type FieldError, PosthornError } from './errors.ts';

const toPointer = (path: readonly (string | number)[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The field errors of a Joi failure: where (JSON pointer), which rule (`any.required`, `string.uri`, …), in words. */
export const toFieldErrors = (error: Joi.ValidationError): FieldError[] =>
  error.details.map((detail) => ({
    path: toPointer(detail.path),
    code: detail.type,
    message: detail.message,
  }));

/** For calls that take nothing: no body, or an empty object. */
export const emptyBodySchema = Joi.object<Record<string, never>>({});

/**
 * Checks input against a schema and gives it back typed, with defaults filled in.
 * @throws PosthornError `validation_failed` that names every field that is wrong, not the first one alone.
 */
export const validate = <T>(schema: Joi.Schema<T>, input: unknown, what: string): T => {
  const { value, error } = schema.validate(input, {
    abortEarly: false,
    convert: false,
    errors: { wrap: { label: false } },
  });
  if (error === undefined) return value as T;
  const errors = toFieldErrors(error);
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new PosthornError('validation_failed', `${what}: ${first?.message ?? 'not valid'}${more}`, {
    errors,
  });
};
