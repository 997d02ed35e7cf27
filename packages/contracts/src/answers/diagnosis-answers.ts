import Joi from 'joi';
import { CHECK_STATUSES, type CheckStatus, type DiagnosisCheck, type DiagnosisView } from '../diagnosis.ts';
import { namedAnswerSchema } from './answer-schema.ts';

const checkSchema = namedAnswerSchema<DiagnosisCheck>('DiagnosisCheck', {
  name: Joi.string().example('database'),
  status: Joi.string<CheckStatus>()
    .valid(...CHECK_STATUSES)
    .description('`warning`: it works, and somebody should look at it. `failed`: something does not work.'),
  message: Joi.string().description('What was seen, in words.'),
  advice: Joi.string().allow(null).description('What to do about it; null when there is nothing to do.'),
  durationMs: Joi.number(),
}).description('One part of the installation, looked at now.');

export const diagnosisAnswer = namedAnswerSchema<DiagnosisView>('Diagnosis', {
  ok: Joi.boolean().description('No check failed; there may be warnings.'),
  checks: Joi.array().items(checkSchema),
});
