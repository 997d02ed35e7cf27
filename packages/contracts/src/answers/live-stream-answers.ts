import Joi from 'joi';
import { ATTEMPT_TRIGGERS, type AttemptTrigger, DELIVERY_STATUSES, type DeliveryStatus } from '../events.ts';
import type { StreamAttempt, StreamSkipped, StreamState } from '../live-stream.ts';
import { WEBHOOK_STATES, type WebhookState } from '../webhooks.ts';
import { momentSchema, namedAnswerSchema } from './answer-schema.ts';
import { replayAnswer } from './replay-answers.ts';

const streamAttemptSchema = namedAnswerSchema<StreamAttempt>('StreamAttempt', {
  id: Joi.string().description('After a connection was replaced the same one may come again.'),
  at: momentSchema.description('When it began.'),
  deliveryId: Joi.string(),
  eventId: Joi.string(),
  eventType: Joi.string(),
  webhookId: Joi.number().integer(),
  webhookName: Joi.string().allow(null).description('Null when the webhook was deleted meanwhile.'),
  trigger: Joi.string<AttemptTrigger>().valid(...ATTEMPT_TRIGGERS),
  number: Joi.number()
    .integer()
    .allow(null)
    .description('1 for the first attempt of the automatic schedule; null for a manual one.'),
  outcome: Joi.string<StreamAttempt['outcome']>().valid('succeeded', 'failed'),
  status: Joi.number().integer().allow(null).description('HTTP status; null when no complete answer came.'),
  errorCode: Joi.string().allow(null).description('Null for a success.'),
  durationMs: Joi.number(),
  deliveryStatus: Joi.string<DeliveryStatus>()
    .valid(...DELIVERY_STATUSES)
    .description('As it is now.'),
}).description('Event `attempt`: an attempt that was recorded, without its request and answer.');

const streamStateSchema = namedAnswerSchema<StreamState>('StreamState', {
  at: momentSchema,
  webhookId: Joi.number().integer(),
  webhookName: Joi.string(),
  state: Joi.string<WebhookState>().valid(...WEBHOOK_STATES),
  stateReason: Joi.string().allow(null),
  consecutiveErrors: Joi.number().integer(),
}).description('Event `state`: a webhook that has another state than before.');

const streamSkippedSchema = namedAnswerSchema<StreamSkipped>('StreamSkipped', {
  attempts: Joi.number().integer(),
}).description('Event `skipped`: so many attempts were left out, because there were too many of them to show.');

/** The data of an event of the stream. */
export const streamItemAnswer = Joi.alternatives()
  .try(streamAttemptSchema, streamStateSchema, replayAnswer, streamSkippedSchema)
  .meta({ component: 'StreamItem' })
  .description('The data of an event; its name says which of these it is. Event `replay`: a replay with its progress.');
