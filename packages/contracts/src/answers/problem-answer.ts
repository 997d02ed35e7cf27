import Joi from 'joi';
import { ERROR_CATALOG, type ErrorCode, type FieldError, type ProblemDocument } from '../errors.ts';
import { namedAnswerSchema } from './answer-schema.ts';

export const fieldErrorSchema = namedAnswerSchema<FieldError>('FieldError', {
  path: Joi.string()
    .allow('')
    .description('JSON pointer (RFC 6901) into the body, or the name of a query parameter.')
    .example('/targetUrl'),
  code: Joi.string().description('Which rule was broken, stable.').example('any.required'),
  message: Joi.string(),
}).description('One thing wrong with one field.');

export const problemAnswer = namedAnswerSchema<ProblemDocument>('Problem', {
  type: Joi.string().example('urn:posthorn:problem:not_found'),
  title: Joi.string(),
  status: Joi.number().integer(),
  code: Joi.string<ErrorCode>()
    .valid(...(Object.keys(ERROR_CATALOG) as ErrorCode[]))
    .description('Stable: never changes its meaning.'),
  detail: Joi.string().description('In words, for people.'),
  errors: Joi.array()
    .items(fieldErrorSchema)
    .optional()
    .description('The fields that are wrong, all of them, for `validation_failed`.'),
}).description('The body of every error answer (RFC 9457).');
