import Joi from 'joi';
import { LISTENER_END_REASONS, type ListenerEndReason, type ListenerRequest, type ListenerView } from '../listeners.ts';
import { answerSchema, momentSchema, namedAnswerSchema } from './answer-schema.ts';

export const listenerAnswer = namedAnswerSchema<ListenerView>('Listener', {
  id: Joi.string(),
  webhookId: Joi.number().integer().description('Its webhook, of the type `listen`. Deleting either deletes both.'),
  secret: Joi.string().description('Signs the requests.'),
  events: Joi.array().items(Joi.string()),
  created: momentSchema,
  expires: momentSchema.description('When it is deleted with its webhook unless a client is connected before.'),
});

export const listenerRequestAnswer = namedAnswerSchema<ListenerRequest>('ListenerRequest', {
  id: Joi.string().description('The answer names it.'),
  deliveryId: Joi.string().allow(null),
  method: Joi.string(),
  path: Joi.string()
    .allow('')
    .description("What the callback adds to the target's address: a query with its question mark, or nothing."),
  headers: Joi.object<Record<string, string>>().pattern(Joi.string(), Joi.string().allow('')),
  body: Joi.string().allow('').description('Base64 of the exact bytes: signatures are over them.'),
  deadline: momentSchema.description('When the attempt is given up.'),
  remainingMs: Joi.number().integer().description("How long that is from now, by the server's clock."),
}).description('What a receiver would have got.');

export const listenerEndAnswer = answerSchema<{ reason: ListenerEndReason }>({
  reason: Joi.string<ListenerEndReason>()
    .valid(...LISTENER_END_REASONS)
    .description('`replaced`: another client is connected now. `deleted`: the listener is gone.'),
});
