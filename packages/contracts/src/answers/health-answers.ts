import Joi from 'joi';
import type { HealthReport, ReadinessReport } from '../health.ts';
import { namedAnswerSchema } from './answer-schema.ts';

export const healthAnswer = namedAnswerSchema<HealthReport>('HealthReport', {
  status: Joi.string<'ok'>().valid('ok'),
  service: Joi.string(),
  version: Joi.string(),
  uptimeSeconds: Joi.number().integer(),
});

export const readinessAnswer = namedAnswerSchema<ReadinessReport>('ReadinessReport', {
  status: Joi.string<ReadinessReport['status']>().valid('ready', 'not ready'),
  service: Joi.string(),
  checks: Joi.object<Record<string, string>>()
    .pattern(Joi.string(), Joi.string().allow(''))
    .description('`ok`, or why not, for everything that is looked at.'),
});
