import Joi from 'joi';
import { type AttemptTimings, eventPatternSchema } from './events.ts';
import { type PageQuery, pageParameters } from './pages.ts';
import { headersSchema, policySchemas, propertiesSchema, secretSchema } from './webhook-fields.ts';

export const WEBHOOK_STATES = ['Active', 'Stopped', 'TooManyErrors'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

export const HTTP_METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** The type of webhooks that are delivered to an address over HTTP. */
export const HTTP_TYPE = 'webhook';

/** Whether webhooks of this type are delivered over HTTP; of others it is not known what their target is. */
export const isHttpType = (type: string): boolean => type.toLowerCase() === HTTP_TYPE;

/** Delays before each retry; one attempt more than delays is made. `jitter` 0.1 means ±10 %. */
export interface RetryPolicy {
  delaysSeconds: number[];
  jitter: number;
}

/** The webhook is switched off after `count` failed attempts in a row, once it has failed for `forSeconds`. */
export interface TooManyErrorsPolicy {
  count: number;
  forSeconds: number;
}

/** What a webhook may decide for itself; a key that is missing means the platform's default. */
export interface WebhookPolicy {
  retry?: RetryPolicy;
  /** One deadline over name look-up, connection, headers and body. */
  timeoutMs?: number;
  /** Which answers count as success. */
  successStatus?: '2xx' | '200';
  rateLimit?: { perSecond: number };
  /** Requests at the same time, over all workers. */
  maxInFlight?: number;
  tooManyErrors?: TooManyErrorsPolicy;
}

export const POLICY_KEYS = [
  'retry',
  'timeoutMs',
  'successStatus',
  'rateLimit',
  'maxInFlight',
  'tooManyErrors',
] as const satisfies readonly (keyof WebhookPolicy)[];

interface WebhookFields {
  name: string;
  events: string[];
  targetUrl: string;
  type: string;
  state: 'Active' | 'Stopped';
  secret: string;
  headers: Record<string, string>;
  properties: Record<string, unknown>;
  errorsEmail: string | null;
  httpMethod: HttpMethod;
  format: string;
}

/** `null` for a policy means: back to the platform's default. */
type PolicyFields = { [K in keyof WebhookPolicy]?: WebhookPolicy[K] | null };

/** Body of `POST /v1/webhooks`. */
export interface CreateWebhookBody extends Omit<Partial<WebhookFields>, 'name' | 'events' | 'targetUrl'>, PolicyFields {
  name: string;
  events: string[];
  targetUrl: string;
}

/** Body of `PATCH /v1/webhooks/{id}`: what is missing stays; `headers` and `properties` are replaced whole. */
export interface PatchWebhookBody extends Partial<Omit<WebhookFields, 'secret' | 'format'>>, PolicyFields {}

/** The last thing that went wrong with a webhook. */
export interface LastError {
  at: string;
  code: string;
  message: string;
  /** HTTP status of the answer; null when there was none. */
  status: number | null;
  /** The answer's body, cut at 2,000 characters; null when there was none. */
  body: string | null;
  eventId: string;
  deliveryId: string;
}

/** A webhook as every answer shows it. The secret has a call of its own. */
export interface WebhookView extends Omit<WebhookFields, 'secret' | 'state'>, WebhookPolicy {
  id: number;
  uuid: string;
  state: WebhookState;
  /** Why the state is what it is, when the system set it. */
  stateReason: string | null;
  consecutiveErrors: number;
  failingSince: string | null;
  lastError: LastError | null;
  registered: string;
  registeredBy: string | null;
  updated: string;
  updatedBy: string | null;
}

/** Answer of `GET /v1/webhooks/{id}/secret`: the current secret first, then those that still sign during a rotation. */
export interface WebhookSecretView {
  /** Null when deliveries are not signed, as another system's API may have it. */
  secret: string | null;
  previous: { secret: string; expires: string }[];
}

/** Body of `POST /v1/webhooks/{id}/secret/rotate`. */
export interface RotateSecretBody {
  /** How long the old secret signs beside the new one. Default a day; 0 drops it at once. */
  overlapSeconds?: number;
  /** The new secret; generated when missing. */
  secret?: string;
}

/** Answer of `POST /v1/webhooks/{id}/test`: one attempt, made now, recorded nowhere, counted nowhere. */
export interface TestResult {
  outcome: 'succeeded' | 'failed';
  error: { code: string; message: string } | null;
  durationMs: number;
  /** Null when nothing was sent. */
  timings: AttemptTimings | null;
  request: { method: string; url: string; headers: Record<string, string>; body: string };
  response: { status: number; headers: Record<string, string | string[]>; body: string; bodyTruncated: boolean } | null;
}

const fields = {
  name: Joi.string().min(1).max(400),
  events: Joi.array()
    .items(eventPatternSchema.example('contact.*'))
    .min(1)
    .max(200)
    .unique()
    .description('Event types, in which a segment may be `*`; `*` alone for every type.'),
  targetUrl: Joi.string()
    .min(1)
    .max(4000)
    .description('For the type `webhook` an http or https address that webhooks may reach.')
    .example('https://crm.example.com/hooks'),
  type: Joi.string()
    .min(1)
    .max(100)
    .description(
      '`webhook` (the default) is delivered over HTTP; `listen` belongs to listeners, which make such webhooks; other types are run by programs of the operator.',
    ),
  state: Joi.string()
    .valid('Active', 'Stopped')
    .description('Default `Active`. Setting it to `Active` also resets the count of errors.'),
  headers: headersSchema,
  properties: propertiesSchema,
  errorsEmail: Joi.string()
    .email({ tlds: false })
    .max(239)
    .allow(null)
    .description('Is told when the webhook is switched off.'),
  httpMethod: Joi.string()
    .valid(...HTTP_METHODS)
    .description('Default `POST`.'),
  ...policySchemas,
};

/** `formats` are the names of the registered callback formats: `standard` and one for each dialect. */
export const createWebhookSchema = (formats: readonly string[]): Joi.ObjectSchema<CreateWebhookBody> =>
  Joi.object<CreateWebhookBody>({
    ...fields,
    name: fields.name.required(),
    events: fields.events.required(),
    targetUrl: fields.targetUrl.required(),
    secret: secretSchema,
    format: Joi.string()
      .valid(...formats)
      .description('Form of the callback: `standard` (the default), or that of one of the dialects.'),
  })
    .required()
    .meta({ component: 'CreateWebhook' });

export const patchWebhookSchema: Joi.ObjectSchema<PatchWebhookBody> = Joi.object<PatchWebhookBody>(fields)
  .min(1)
  .required()
  .description(
    'What is missing stays; `headers` and `properties` are replaced whole; null for a policy means the default of the platform.',
  )
  .meta({ component: 'PatchWebhook' });

/** Query of `GET /v1/webhooks`. */
export interface ListWebhooksQuery extends PageQuery {
  name?: string;
  event?: string;
  state?: WebhookState;
  search?: string;
  failing?: 'true' | 'false';
}

export const listWebhooksQuerySchema: Joi.ObjectSchema<ListWebhooksQuery> = Joi.object<ListWebhooksQuery>({
  ...pageParameters,
  name: Joi.string().max(400).description('Those with exactly this name.'),
  event: eventPatternSchema.description(
    'With a type: those that such an event reaches. With a pattern: those that list exactly this pattern.',
  ),
  state: Joi.string().valid(...WEBHOOK_STATES),
  search: Joi.string().max(200).description('Those with this text in their name or their target, in any letter case.'),
  failing: Joi.string()
    .valid('true', 'false')
    .description('`true`: those whose last attempt failed; `false`: the others.')
    .meta({ jsonSchema: { type: 'boolean' } }),
});

/** The id of a webhook as a query parameter. */
export const webhookIdSchema = Joi.string()
  .pattern(/^[1-9]\d{0,8}$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the id of a webhook' })
  .meta({ jsonSchema: { type: 'integer', minimum: 1, maximum: 999_999_999 } });

export const rotateSecretSchema: Joi.ObjectSchema<RotateSecretBody> = Joi.object<RotateSecretBody>({
  overlapSeconds: Joi.number()
    .integer()
    .min(0)
    .max(30 * 86_400)
    .description('How long the old secret signs beside the new one. Default a day; 0 drops it at once.'),
  secret: secretSchema,
}).meta({ component: 'RotateSecret' });
