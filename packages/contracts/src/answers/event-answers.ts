import Joi from 'joi';
import {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  type DeliverySummary,
  type DeliveryView,
  type EventView,
  type PublishedEvent,
  type RetryAccepted,
} from '../events.ts';
import { momentSchema, namedAnswerSchema } from './answer-schema.ts';
import { attemptSchema } from './attempt-answers.ts';

const summaryFields = {
  id: Joi.string().example('dlv_01kf9wz3ytf5ermr8dbm0y1d2g'),
  eventId: Joi.string().example('evt_01kf9wz3ytfvv8yg4n4ezdmqx5'),
  eventType: Joi.string(),
  webhookId: Joi.number().integer(),
  status: Joi.string<DeliveryStatus>()
    .valid(...DELIVERY_STATUSES)
    .description(
      '`failed`: the attempts are used up. `held`: the webhook is not Active. `discarded`: the webhook was deleted, or nothing can run its type.',
    ),
  attempts: Joi.number().integer().description('Attempts of the automatic schedule made so far.'),
  nextAttemptAt: momentSchema.allow(null).description('When the next attempt is due; null unless pending.'),
  createdAt: momentSchema,
  settledAt: momentSchema.allow(null),
};

/** A delivery in lists. */
export const deliverySummaryAnswer = namedAnswerSchema<DeliverySummary>('DeliverySummary', summaryFields).description(
  'One event for one webhook, without its attempts.',
);

export const deliveryAnswer = namedAnswerSchema<DeliveryView>('Delivery', {
  ...summaryFields,
  attemptLog: Joi.array().items(attemptSchema),
}).description('One event for one webhook, with all attempts in the order in which they were made.');

export const retryAcceptedAnswer = namedAnswerSchema<RetryAccepted>('RetryAccepted', {
  id: Joi.string(),
  deliveryId: Joi.string(),
});

export const publishedEventFields = {
  id: Joi.string(),
  deliveries: Joi.number().integer().description('How many webhooks matched; each has a delivery now.'),
};

export const publishedEventAnswer = namedAnswerSchema<PublishedEvent>(
  'PublishedEvent',
  publishedEventFields,
).description('The event and all its deliveries are durable once this arrives.');

export const eventAnswer = namedAnswerSchema<EventView>('Event', {
  id: Joi.string(),
  type: Joi.string(),
  data: Joi.any().description('The JSON value that was published, its numbers as they were written.'),
  occurredAt: momentSchema,
  receivedAt: momentSchema,
  idempotencyKey: Joi.string().allow(null),
  deliveries: Joi.array().items(deliverySummaryAnswer),
});
