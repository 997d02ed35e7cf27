import Joi from 'joi';
import type { EventSummary } from '../event-list.ts';
import { type EventMatch, MATCH_REASONS, type MatchReason } from '../event-matches.ts';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../events.ts';
import { WEBHOOK_STATES, type WebhookState } from '../webhooks.ts';
import { momentSchema, namedAnswerSchema } from './answer-schema.ts';

export const eventSummaryAnswer = namedAnswerSchema<EventSummary>('EventSummary', {
  id: Joi.string().example('evt_01kf9wz3ytfvv8yg4n4ezdmqx5'),
  type: Joi.string(),
  occurredAt: momentSchema,
  receivedAt: momentSchema,
  idempotencyKey: Joi.string().allow(null),
  dataPreview: Joi.string().description('The first 200 characters of the JSON text of its data.'),
}).description('An event in lists.');

export const eventMatchAnswer = namedAnswerSchema<EventMatch>('EventMatch', {
  webhookId: Joi.number().integer(),
  name: Joi.string().allow('', null).description('Null when the webhook is gone.'),
  state: Joi.string<WebhookState>()
    .valid(...WEBHOOK_STATES)
    .allow(null)
    .description('Its state now; null when it is gone.'),
  events: Joi.array().items(Joi.string()).description('Its event types and patterns now.'),
  matched: Joi.boolean().description('Whether the event has a delivery for it.'),
  reason: Joi.string<MatchReason>()
    .valid(...MATCH_REASONS)
    .description(
      '`matched_before_change`: its patterns matched then and do not now. `pattern_changed`: the other way round. `created_later`: it matches, and is younger than the event. `state_event`: an event about the state of a webhook reaches those alone that list its very type. `delivery_gone`: it matches, and the delivery is not kept any more.',
    ),
  message: Joi.string().description('The reason in a sentence, for people.'),
  deliveryId: Joi.string().allow(null),
  deliveryStatus: Joi.string<DeliveryStatus>()
    .valid(...DELIVERY_STATUSES)
    .allow(null),
}).description('What an event was to a webhook of its account.');
