import { eventAnswer, publishedEventAnswer, publishEventSchema } from '@posthorn/contracts';
import { event, published } from '../examples.ts';
import { answerOf, json, type Operation } from '../operation.ts';

export const eventOperations: readonly Operation[] = [
  {
    id: 'publishEvent',
    method: 'post',
    path: '/v1/events',
    tag: 'Events',
    summary: 'Publish an event',
    description:
      '202 means durable: the event and its deliveries are committed before the answer. With an `idempotencyKey` it is safe to send the same event again when the answer was lost.',
    access: 'publish',
    body: {
      required: true,
      contents: [
        json(publishEventSchema, {
          'what is needed': { type: 'contact.created', data: { contactId: 4711, name: 'Ada Lovelace' } },
          'safe to send again': {
            type: 'contact.created',
            data: { contactId: 4711, name: 'Ada Lovelace' },
            occurredAt: '2026-01-31T09:30:00+01:00',
            idempotencyKey: 'contact-4711-created',
          },
        }),
      ],
    },
    answers: { 202: answerOf('It is stored.', publishedEventAnswer, published) },
    errors: ['idempotency_conflict', 'overloaded'],
  },
  {
    id: 'getEvent',
    method: 'get',
    path: '/v1/events/{eventId}',
    tag: 'Events',
    summary: 'Look at an event and its deliveries',
    access: 'read',
    answers: { 200: answerOf('The event.', eventAnswer, event) },
  },
];
