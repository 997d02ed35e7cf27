import Joi from 'joi';
import { headersSchema, propertiesSchema } from './webhook-fields.ts';
import { HTTP_METHODS, type HttpMethod, type LastError, WEBHOOK_STATES, type WebhookState } from './webhooks.ts';

/**
 * All that a client decides about a webhook, as wide as the model can hold it. The native API narrows it down; dialects
 * do so in their own ways.
 */
export interface WebhookDefinition {
  /** May be empty: not every system asks for one. */
  name: string;
  /** Event types and patterns; may be empty. */
  events: string[];
  targetUrl: string;
  type: string;
  state: WebhookState;
  /** Null when deliveries are not signed. */
  secret: string | null;
  headers: Record<string, string>;
  properties: Record<string, unknown>;
  errorsEmail: string | null;
  httpMethod: HttpMethod;
  /** What the dialects keep with a webhook that the model has no word for: a JSON value for each, by its name. */
  dialectData: Record<string, unknown>;
}

/** A definition with the format, which a webhook keeps for life. */
export interface NewWebhookDefinition extends WebhookDefinition {
  format: string;
}

/** A webhook as it is stored. Secret and header values are in the clear only for who may manage webhooks. */
export interface DefinedWebhook extends NewWebhookDefinition {
  id: number;
  /** UUID. */
  uuid: string;
  stateReason: string | null;
  consecutiveErrors: number;
  failingSince: Date | null;
  lastError: LastError | null;
  registered: Date;
  registeredBy: string | null;
  updated: Date;
  updatedBy: string | null;
}

/** Visible text: no control characters, no comma (some systems keep a list of events as one text). */
const EVENT_NAME = /^[^\p{Cc},]+$/u;

const fields = {
  name: Joi.string().allow('').max(400),
  events: Joi.array().items(Joi.string().max(200).pattern(EVENT_NAME)).max(200).unique(),
  targetUrl: Joi.string().max(4000),
  type: Joi.string().max(100),
  state: Joi.string().valid(...WEBHOOK_STATES),
  secret: Joi.string().max(400).allow(null),
  headers: headersSchema,
  properties: propertiesSchema,
  errorsEmail: Joi.string().email({ tlds: false }).max(239).allow(null),
  httpMethod: Joi.string().valid(...HTTP_METHODS),
  dialectData: Joi.object().unknown(true),
};

/** What every stored webhook fulfils, whoever made it. */
export const webhookDefinitionSchema: Joi.ObjectSchema<WebhookDefinition> = Joi.object<WebhookDefinition>(fields).prefs(
  {
    convert: false,
    presence: 'required',
    messages: {
      'string.pattern.base': '{{#label}} must be text without commas and control characters',
    },
  },
);
