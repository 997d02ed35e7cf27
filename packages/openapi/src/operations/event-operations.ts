import {
  listEventsQuerySchema,
  MAX_BATCH_EVENTS,
  pageQuerySchema,
  publishBatchSchema,
  publishEventSchema,
} from '@posthorn/contracts';
import {
  eventAnswer,
  eventMatchAnswer,
  eventSummaryAnswer,
  pageAnswer,
  publishBatchAnswer,
  publishedEventAnswer,
  searchedPageAnswer,
  streamLineAnswer,
} from '@posthorn/contracts/answers';
import Joi from 'joi';
import { event, pageOf, published, publishFailure } from '../examples.ts';
import { eventMatch, eventSummary, missedMatch } from '../lookup-examples.ts';
import { answerOf, json, linesOf, type Operation } from '../operation.ts';

const CONTACT = { type: 'contact.created', data: { contactId: 4711, name: 'Ada Lovelace' } };
const COMPANY = { type: 'company.created', data: { companyId: 12 }, idempotencyKey: 'company-12-created' };

/** `publishBatchSchema` leaves the events to themselves, so that a bad one does not hurt the others. */
const batchSchema = publishBatchSchema.keys({
  events: Joi.array().items(publishEventSchema.optional()).min(1).max(MAX_BATCH_EVENTS).required(),
});

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
          'what is needed': CONTACT,
          'safe to send again': {
            ...CONTACT,
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
    id: 'publishEvents',
    method: 'post',
    path: '/v1/events/batch',
    tag: 'Events',
    summary: 'Publish many events',
    description:
      'As `application/json` a batch of up to 1,000 events, which is answered as a whole; as `application/x-ndjson` a stream with an event a line, of any number, which is answered line by line while it goes on. 202 says that it was dealt with; the results say what became of each event, in order, and a bad event does not hurt the others. A result with an `id` is durable.',
    access: 'publish',
    body: {
      required: true,
      contents: [
        json(batchSchema, { 'two events': { events: [CONTACT, COMPANY] } }),
        linesOf(publishEventSchema, { 'two lines': [CONTACT, COMPANY] }),
      ],
    },
    answers: {
      202: {
        description: 'What became of each event.',
        contents: [
          json(publishBatchAnswer, { example: { accepted: 1, failed: 1, results: [published, publishFailure] } }),
          linesOf(streamLineAnswer, {
            example: [
              { line: 1, ...published },
              { line: 2, ...publishFailure },
              { end: { reason: 'complete', accepted: 1, failed: 1 } },
            ],
          }),
        ],
      },
    },
    errors: ['overloaded'],
  },
  {
    id: 'listEvents',
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    summary: 'Find events',
    description:
      'Newest first. All filters that are given must match. One call searches for some 300 ms: a page may have fewer items than asked for, or none, and a `nextCursor` with which the search goes on; `searchedUntil` says how far back it came. The event of an `idempotencyKey` of the last day is found at once, alone on its page.',
    access: 'read',
    query: listEventsQuerySchema,
    answers: {
      200: answerOf('A page.', searchedPageAnswer('EventPage', eventSummaryAnswer), {
        items: [eventSummary],
        nextCursor: 'ZXZlbnRzOjAxOWJmM2M2LTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA',
        searchedUntil: '2026-01-31T06:12:40.000Z',
      }),
    },
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
  {
    id: 'listEventMatches',
    method: 'get',
    path: '/v1/events/{eventId}/matches',
    tag: 'Events',
    summary: 'See which webhooks an event reached, and why not the others',
    description:
      'All webhooks of the account: first those that have a delivery of the event, then the others, each part by ascending id.',
    access: 'read',
    query: pageQuerySchema,
    answers: {
      200: answerOf('A page.', pageAnswer('EventMatchPage', eventMatchAnswer), pageOf(eventMatch, missedMatch)),
    },
  },
];
