import Joi from 'joi';
import { DELIVERY_STATUSES, type DeliveryStatus, eventPatternSchema, timestampSchema } from './events.ts';
import { type PageQuery, pageParameters } from './pages.ts';
import { webhookIdSchema } from './webhooks.ts';

/** Query of `GET /v1/deliveries`; all that is given must match. */
export interface ListAccountDeliveriesQuery extends PageQuery {
  webhookId?: string;
  eventId?: string;
  status?: DeliveryStatus;
  event?: string;
  since?: string;
  until?: string;
}

export const listAccountDeliveriesQuerySchema: Joi.ObjectSchema<ListAccountDeliveriesQuery> =
  Joi.object<ListAccountDeliveriesQuery>({
    ...pageParameters,
    webhookId: webhookIdSchema.description('Deliveries of one webhook, also of one that was deleted.'),
    eventId: Joi.string()
      .pattern(/^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
      .messages({ 'string.pattern.base': '{{#label}} must be the id of an event' })
      .description('Deliveries of one event.'),
    status: Joi.string()
      .valid(...DELIVERY_STATUSES)
      .description('Those with this status alone.'),
    event: eventPatternSchema.description('Those of events of this type, or of the types that a pattern matches.'),
    since: timestampSchema.description('Deliveries of events accepted at or after this moment.'),
    until: timestampSchema.description('… and before this one.'),
  });
