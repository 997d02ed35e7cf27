import Joi from 'joi';
import type { DialectView, WebhookViews } from '../dialect-views.ts';
import {
  HTTP_METHODS,
  type HttpMethod,
  type LastError,
  type RetryPolicy,
  type TestResult,
  type TooManyErrorsPolicy,
  WEBHOOK_STATES,
  type WebhookSecretView,
  type WebhookState,
  type WebhookView,
} from '../webhooks.ts';
import { answerSchema, momentSchema, namedAnswerSchema } from './answer-schema.ts';
import { attemptErrorSchema, attemptResponseSchema, attemptTimingsSchema } from './attempt-answers.ts';

const lastErrorSchema = namedAnswerSchema<LastError>('LastError', {
  at: momentSchema,
  code: Joi.string().description('Stable. `http_status` when the receiver answered, otherwise what kept it from that.'),
  message: Joi.string(),
  status: Joi.number().integer().allow(null).description('HTTP status of the answer; null when there was none.'),
  body: Joi.string()
    .allow('', null)
    .description("The answer's body, cut at 2,000 characters; null when there was none."),
  eventId: Joi.string(),
  deliveryId: Joi.string(),
}).description('The last thing that went wrong with a webhook.');

/** A policy that is missing in an answer is the platform's. */
const policies = {
  retry: answerSchema<RetryPolicy>({
    delaysSeconds: Joi.array().items(Joi.number()),
    jitter: Joi.number(),
  }).optional(),
  timeoutMs: Joi.number().integer().optional(),
  successStatus: Joi.string<'2xx' | '200'>().valid('2xx', '200').optional(),
  rateLimit: answerSchema<{ perSecond: number }>({ perSecond: Joi.number() }).optional(),
  maxInFlight: Joi.number().integer().optional(),
  tooManyErrors: answerSchema<TooManyErrorsPolicy>({
    count: Joi.number().integer(),
    forSeconds: Joi.number(),
  }).optional(),
};

/** A webhook, in every answer that has one. */
export const webhookAnswer = namedAnswerSchema<WebhookView>('Webhook', {
  id: Joi.number().integer(),
  uuid: Joi.string().guid({ separator: '-' }),
  name: Joi.string().allow('').description('Empty only when made through the API of a system that asks for none.'),
  events: Joi.array().items(Joi.string()).description('Event types and patterns.'),
  targetUrl: Joi.string(),
  type: Joi.string(),
  state: Joi.string<WebhookState>().valid(...WEBHOOK_STATES),
  stateReason: Joi.string().allow(null).description('Why the state is what it is, when the system set it.'),
  headers: Joi.object<Record<string, string>>()
    .pattern(Joi.string(), Joi.string().allow(''))
    .description('Values are shown to tokens with the scope `manage`, and redacted for others.'),
  properties: Joi.object<Record<string, unknown>>().unknown(true),
  errorsEmail: Joi.string().allow(null),
  httpMethod: Joi.string<HttpMethod>().valid(...HTTP_METHODS),
  format: Joi.string(),
  ...policies,
  consecutiveErrors: Joi.number().integer().description('Failed attempts in a row.'),
  failingSince: momentSchema.allow(null).description('When the first of them happened.'),
  lastError: lastErrorSchema.allow(null),
  registered: momentSchema,
  registeredBy: Joi.string().allow(null).description('Name of the token that made it.'),
  updated: momentSchema,
  updatedBy: Joi.string().allow(null).description('Name of the token that changed it last.'),
}).description(
  "A webhook as every answer shows it. The secret has a call of its own. Policies that are missing are the platform's.",
);

export const webhookSecretAnswer = namedAnswerSchema<WebhookSecretView>('WebhookSecret', {
  secret: Joi.string()
    .allow(null)
    .description("The current secret; null when deliveries are not signed, as another system's API may have it."),
  previous: Joi.array()
    .items(answerSchema<WebhookSecretView['previous'][number]>({ secret: Joi.string(), expires: momentSchema }))
    .description('Secrets that still sign, beside the current one.'),
});

export const testResultAnswer = namedAnswerSchema<TestResult>('TestResult', {
  outcome: Joi.string<TestResult['outcome']>().valid('succeeded', 'failed'),
  error: attemptErrorSchema.allow(null),
  durationMs: Joi.number(),
  timings: attemptTimingsSchema.allow(null),
  request: answerSchema<TestResult['request']>({
    method: Joi.string(),
    url: Joi.string(),
    headers: Joi.object<Record<string, string>>().pattern(Joi.string(), Joi.string().allow('')),
    body: Joi.string().allow(''),
  }).description("What was sent. Values of the webhook's own headers are redacted."),
  response: attemptResponseSchema.allow(null),
}).description('One attempt, made now, recorded nowhere, counted nowhere.');

const dialectViewSchema = namedAnswerSchema<DialectView>('DialectView', {
  call: Joi.string().description('The call that answers with it: method and path.'),
  mediaType: Joi.string(),
  body: Joi.any().description('The answer as it is parsed; secret and header values are redacted.'),
}).description('How a webhook looks in the management API of another system.');

export const webhookViewsAnswer = Joi.object<WebhookViews>()
  .pattern(Joi.string(), dialectViewSchema)
  .meta({ component: 'WebhookViews' })
  .description('By the name of the dialect.');
