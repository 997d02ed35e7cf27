import type Joi from 'joi';
import { PosthornError } from '../errors.ts';
import { validate } from '../validate.ts';

/** The fields that are wrong, as pairs of path and code in the order of paths; an empty list for a valid input. */
export const fieldsOf = (schema: Joi.Schema, input: unknown): [string, string][] => {
  try {
    validate(schema, input, 'Input');
    return [];
  } catch (error) {
    if (!(error instanceof PosthornError) || error.code !== 'validation_failed') throw error;
    return error.errors.map(({ path, code }): [string, string] => [path, code]).sort(([a], [b]) => (a < b ? -1 : 1));
  }
};
