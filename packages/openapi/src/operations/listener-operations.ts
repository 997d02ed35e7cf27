import { createListenerSchema, listenerAnswerSchema } from '@posthorn/contracts';
import { listenerAnswer, listenerEndAnswer, listenerRequestAnswer } from '@posthorn/contracts/answers';
import Joi from 'joi';
import { listener, listenerRequest } from '../examples.ts';
import { answerOf, eventsOf, json, type Operation } from '../operation.ts';

export const listenerOperations: readonly Operation[] = [
  {
    id: 'createListener',
    method: 'post',
    path: '/v1/listeners',
    tag: 'Listeners',
    summary: 'Make a listener',
    description:
      'With it comes a webhook of the type `listen`, which is an ordinary one for lists, deliveries and retries. Its requests go to the client that is connected to the listener. Both are deleted when none has been connected for an hour.',
    access: 'manage',
    body: {
      required: true,
      contents: [json(createListenerSchema, { 'events of contacts': { events: ['contact.*'] } })],
    },
    answers: { 201: answerOf('The listener with its secret.', listenerAnswer, listener) },
  },
  {
    id: 'deleteListener',
    method: 'delete',
    path: '/v1/listeners/{listenerId}',
    tag: 'Listeners',
    summary: 'Delete a listener and its webhook',
    description: 'What it still had to deliver is discarded. Attempts that are under way end at once.',
    access: 'manage',
    answers: { 204: { description: 'Both are gone.' } },
  },
  {
    id: 'streamListenerRequests',
    method: 'get',
    path: '/v1/listeners/{listenerId}/requests',
    tag: 'Listeners',
    summary: 'Be the client of a listener',
    description:
      'Server-sent events, until the client hangs up. Each `request` is one that a receiver would have got, signed; it waits for its answer until its deadline. Whoever connects last gets the requests, those among them that nobody has answered yet; the client before gets an `end` and should not come again. While no client is connected, and 10 seconds after that, attempts fail with `listener_away`. Comment lines come every few seconds: after 45 seconds without any the connection is dead.',
    access: 'manage',
    answers: {
      200: {
        description: 'The stream.',
        contents: [
          eventsOf(Joi.alternatives(listenerRequestAnswer, listenerEndAnswer), {
            'a request': [{ event: 'request', data: listenerRequest }],
            'another client': [{ event: 'end', data: { reason: 'replaced' } }],
          }),
        ],
      },
    },
    errors: ['overloaded'],
  },
  {
    id: 'answerListenerRequest',
    method: 'post',
    path: '/v1/listeners/{listenerId}/answers',
    tag: 'Listeners',
    summary: 'Answer a request of a listener',
    description:
      'With a response (`status`, `headers`, `body`), which is recorded as that of any receiver, or with the `error` that there is none. An answer that comes too late, or twice, changes nothing.',
    access: 'manage',
    body: {
      required: true,
      contents: [
        json(listenerAnswerSchema, {
          'a response': {
            requestId: listenerRequest.id,
            status: 200,
            headers: { 'content-type': 'text/plain' },
            body: Buffer.from('thanks').toString('base64'),
          },
          'no response': {
            requestId: listenerRequest.id,
            error: { code: 'connection_refused', message: 'nothing listens on http://localhost:4000' },
          },
        }),
      ],
    },
    answers: { 204: { description: 'Taken, or not needed any more.' } },
  },
];
