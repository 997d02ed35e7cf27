import Joi from 'joi';
import {
  ATTEMPT_TRIGGERS,
  type AttemptRequest,
  type AttemptResponse,
  type AttemptTimings,
  type AttemptTrigger,
  type AttemptView,
} from '../events.ts';
import { answerSchema, momentSchema, namedAnswerSchema } from './answer-schema.ts';

export const attemptErrorSchema = answerSchema<NonNullable<AttemptView['error']>>({
  code: Joi.string().description('Stable: `http_status`, `timeout`, `address_not_allowed`, …'),
  message: Joi.string(),
}).description('Why it failed; null for a success.');

export const attemptResponseSchema = answerSchema<AttemptResponse>({
  status: Joi.number().integer(),
  headers: Joi.object<AttemptResponse['headers']>().pattern(
    Joi.string(),
    Joi.alternatives().try(Joi.string().allow(''), Joi.array().items(Joi.string().allow(''))),
  ),
  body: Joi.string().allow('').description('At most 16 KiB.'),
  bodyTruncated: Joi.boolean(),
}).description('What the receiver answered; null when it did not.');

const attemptRequestSchema = answerSchema<AttemptRequest>({
  method: Joi.string(),
  url: Joi.string(),
  headers: Joi.object<Record<string, string>>()
    .pattern(Joi.string(), Joi.string().allow(''))
    .description("Values of the webhook's own headers are redacted."),
  bodyBytes: Joi.number().integer(),
  body: Joi.string()
    .allow('', null)
    .description('The body sent, cut at 16 KiB; kept for failed attempts only (a success is told by the event).'),
});

const part = Joi.number().integer().allow(null);

export const attemptTimingsSchema = namedAnswerSchema<AttemptTimings>('AttemptTimings', {
  dnsMs: part.description('The look-up of the name.'),
  connectMs: part.description('TCP, and through an egress proxy all that is before TLS.'),
  tlsMs: part,
  firstByteMs: part.description(
    'From the start of the attempt to the headers of the answer, all of the above within it.',
  ),
  totalMs: Joi.number().description('From the start to the end of the answer.'),
}).description(
  'How long its parts took, in ms. Null for a part that did not happen (the connection was kept from an earlier attempt, the address is no name, http has no TLS) or was not completed. The whole is null for an attempt of a version that did not measure them, and for a test that sent nothing.',
);

export const attemptSchema = namedAnswerSchema<AttemptView>('Attempt', {
  id: Joi.string().example('att_01kf9wz3zfe5q8yvh3nbx6tq7c'),
  trigger: Joi.string<AttemptTrigger>()
    .valid(...ATTEMPT_TRIGGERS)
    .description('Why it was made: the automatic schedule, or a person who asked for it.'),
  number: Joi.number()
    .integer()
    .allow(null)
    .description('1 for the first attempt of the automatic schedule; null for a manual one.'),
  startedAt: momentSchema,
  durationMs: Joi.number(),
  timings: attemptTimingsSchema.allow(null),
  outcome: Joi.string<AttemptView['outcome']>().valid('succeeded', 'failed'),
  error: attemptErrorSchema.allow(null),
  request: attemptRequestSchema,
  response: attemptResponseSchema.allow(null),
}).description('One try of a delivery.');
