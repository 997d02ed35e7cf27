import Joi from 'joi';
import { eventPatternSchema } from './events.ts';

/** The type of webhooks whose requests are handed to a client that is connected, instead of being sent to an address. */
export const LISTEN_TYPE = 'listen';

/** Whether a webhook of this type belongs to a listener, which makes it and takes it along. */
export const isListenType = (type: string): boolean => type.toLowerCase() === LISTEN_TYPE;

/** A listener whose client has not been connected for so long is deleted with its webhook. */
export const LISTENER_EXPIRES_SECONDS = 3600;

/** Body of `POST /v1/listeners`. */
export interface CreateListenerBody {
  /** As webhooks have them: `contact.*`. */
  events: string[];
  /** Of its webhook. Default `listener`. */
  name?: string;
}

export interface ListenerView {
  /** `lsn_…` */
  id: string;
  webhookId: number;
  /** Signs the requests. */
  secret: string;
  events: string[];
  created: string;
  /** When it is deleted unless a client is connected before. */
  expires: string;
}

/** A request for the client of a listener: what a receiver would have got. */
export interface ListenerRequest {
  /** `lrq_…`; the answer names it. */
  id: string;
  /** `dlv_…`; null when the callback does not name its delivery. */
  deliveryId: string | null;
  method: string;
  /** What the callback adds to the target's address: a query with its question mark, or nothing. */
  path: string;
  headers: Record<string, string>;
  /** Base64 of the exact bytes: signatures are over them. */
  body: string;
  /** When the attempt is given up. */
  deadline: string;
  /** How long that is from when it was handed out, by the server's clock. */
  remainingMs: number;
}

export const LISTENER_END_REASONS = ['replaced', 'deleted'] as const;
/** Why a stream of requests ended for good: another client is connected now, or the listener is gone. */
export type ListenerEndReason = (typeof LISTENER_END_REASONS)[number];

export const LISTENER_ERROR_CODES = [
  'timeout',
  'dns_failed',
  'connection_refused',
  'connection_reset',
  'connection_failed',
  'tls_failed',
  'invalid_response',
] as const;
/** Why a client has no answer to a request: what a sender would have said of the same trouble. */
export type ListenerErrorCode = (typeof LISTENER_ERROR_CODES)[number];

/** What a client answers: the response of whoever it forwards to. */
export interface ListenerResponse {
  requestId: string;
  status: number;
  headers?: Record<string, string | string[]>;
  /** Base64. More than 16 KiB are not kept. */
  body?: string;
}

/** … or why there is none. */
export interface ListenerFailure {
  requestId: string;
  error: { code: ListenerErrorCode; message: string };
}

/** Body of `POST /v1/listeners/{id}/answers`. */
export type ListenerAnswerBody = ListenerResponse | ListenerFailure;

export const createListenerSchema: Joi.ObjectSchema<CreateListenerBody> = Joi.object<CreateListenerBody>({
  events: Joi.array()
    .items(eventPatternSchema.example('contact.*'))
    .min(1)
    .max(200)
    .unique()
    .required()
    .description('Event types, in which a segment may be `*`; `*` alone for every type.'),
  name: Joi.string().min(1).max(400).description('Name of the webhook. Default `listener`.'),
})
  .required()
  .meta({ component: 'CreateListener' });

const REQUEST_ID = /^lrq_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const MAX_BASE64 = 90_000;
const MAX_HEADERS = 100;
const MAX_VALUE = 8192;
const MAX_VALUES = 50;
const MAX_MESSAGE = 500;

/** `response` or `error`, never both: a rule over several fields, which Joi does not write as JSON Schema by itself. */
const answerJsonSchema = {
  type: 'object',
  properties: {
    requestId: { type: 'string', pattern: REQUEST_ID.source },
    status: { type: 'integer', minimum: 200, maximum: 599 },
    headers: {
      type: 'object',
      maxProperties: MAX_HEADERS,
      additionalProperties: {
        anyOf: [
          { type: 'string', maxLength: MAX_VALUE },
          { type: 'array', maxItems: MAX_VALUES, items: { type: 'string', maxLength: MAX_VALUE } },
        ],
      },
    },
    body: { type: 'string', pattern: BASE64.source, maxLength: MAX_BASE64, description: 'Base64.' },
    error: {
      type: 'object',
      properties: {
        code: { type: 'string', enum: LISTENER_ERROR_CODES },
        message: { type: 'string', minLength: 1, maxLength: MAX_MESSAGE },
      },
      required: ['code', 'message'],
      additionalProperties: false,
    },
  },
  required: ['requestId'],
  additionalProperties: false,
  oneOf: [
    { required: ['status'] },
    { required: ['error'], not: { anyOf: [{ required: ['headers'] }, { required: ['body'] }] } },
  ],
};

const valueSchema = Joi.string().allow('').max(MAX_VALUE);

export const listenerAnswerSchema: Joi.ObjectSchema<ListenerAnswerBody> = Joi.object({
  requestId: Joi.string()
    .pattern(REQUEST_ID)
    .required()
    .messages({ 'string.pattern.base': '{{#label}} must be the id of a request (lrq_…)' }),
  status: Joi.number().integer().min(200).max(599),
  headers: Joi.object()
    .pattern(Joi.string(), Joi.alternatives(valueSchema, Joi.array().items(valueSchema).max(MAX_VALUES)))
    .max(MAX_HEADERS),
  body: Joi.string()
    .allow('')
    .pattern(BASE64)
    .max(MAX_BASE64)
    .messages({ 'string.pattern.base': '{{#label}} must be base64' }),
  error: Joi.object({
    code: Joi.string()
      .valid(...LISTENER_ERROR_CODES)
      .required(),
    message: Joi.string().min(1).max(MAX_MESSAGE).required(),
  }),
})
  .xor('status', 'error')
  .with('headers', 'status')
  .with('body', 'status')
  .required()
  .meta({ component: 'ListenerAnswer', jsonSchema: answerJsonSchema });
