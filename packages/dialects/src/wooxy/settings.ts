import Joi from 'joi';

/** A name as an event type may be: letters, digits, `_`, `-` and dots between them. */
const EVENT_NAMES = /^ *[\w-]+(?:\.[\w-]+)*(?: *, *[\w-]+(?:\.[\w-]+)*)* *$/;

/** What is done with a domain name that the account does not have yet. */
export type UnknownDomains = 'create' | 'refuse';

export interface WooxySettings {
  WOOXY_EVENTS: string;
  WOOXY_UNKNOWN_DOMAINS: UnknownDomains;
  WOOXY_DOMAIN_LIMIT: number;
}

export const wooxySettings: Record<keyof WooxySettings, Joi.Schema> = {
  WOOXY_EVENTS: Joi.string()
    .pattern(EVENT_NAMES)
    .allow('')
    .default('')
    .messages({ 'string.pattern.base': '{{#label}} must be event names joined by commas' })
    .description(
      'Event names, joined by commas, that webhooks of the Wooxy API may have besides those that its documentation names.',
    ),
  WOOXY_UNKNOWN_DOMAINS: Joi.string()
    .valid('create', 'refuse')
    .default('create')
    .description(
      'What the Wooxy API does with a domain name that the account does not have: `create` adds it, `refuse` answers that it was not found.',
    ),
  WOOXY_DOMAIN_LIMIT: Joi.number()
    .integer()
    .min(0)
    .max(1_000_000)
    .default(100)
    .description('How many domains an account may have through the Wooxy API.'),
};
