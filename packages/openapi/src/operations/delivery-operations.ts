import { emptyBodySchema, listAccountDeliveriesQuerySchema, listDeliveriesQuerySchema } from '@posthorn/contracts';
import {
  deliveryAnswer,
  deliverySummaryAnswer,
  pageAnswer,
  retryAcceptedAnswer,
  searchedPageAnswer,
} from '@posthorn/contracts/answers';
import { delivery, deliveryWithLog, pageOf, retryAccepted } from '../examples.ts';
import { answerOf, json, type Operation } from '../operation.ts';

export const deliveryOperations: readonly Operation[] = [
  {
    id: 'listDeliveries',
    method: 'get',
    path: '/v1/webhooks/{webhookId}/deliveries',
    tag: 'Deliveries',
    summary: "List a webhook's deliveries",
    description: 'Newest first. All filters that are given must match.',
    access: 'read',
    query: listDeliveriesQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('DeliveryPage', deliverySummaryAnswer), pageOf(delivery)) },
  },
  {
    id: 'listAccountDeliveries',
    method: 'get',
    path: '/v1/deliveries',
    tag: 'Deliveries',
    summary: 'Find deliveries of all webhooks',
    description:
      'Newest first. All filters that are given must match. One call searches for some 300 ms: a page may have fewer items than asked for, or none, and a `nextCursor` with which the search goes on; `searchedUntil` says how far back it came.',
    access: 'read',
    query: listAccountDeliveriesQuerySchema,
    answers: {
      200: answerOf('A page.', searchedPageAnswer('AccountDeliveryPage', deliverySummaryAnswer), {
        ...pageOf(delivery),
        searchedUntil: null,
      }),
    },
  },
  {
    id: 'getDelivery',
    method: 'get',
    path: '/v1/deliveries/{deliveryId}',
    tag: 'Deliveries',
    summary: 'Look at a delivery and its attempts',
    access: 'read',
    answers: { 200: answerOf('The delivery.', deliveryAnswer, deliveryWithLog) },
  },
  {
    id: 'retryDelivery',
    method: 'post',
    path: '/v1/deliveries/{deliveryId}/retry',
    tag: 'Deliveries',
    summary: 'Send a delivery once more',
    description: 'One attempt beside the automatic schedule, which goes on as it was.',
    access: 'manage',
    body: { required: false, contents: [json(emptyBodySchema, { nothing: {} })] },
    answers: { 202: answerOf('Stored; it happens soon.', retryAcceptedAnswer, retryAccepted) },
    errors: ['webhook_not_active', 'delivery_discarded'],
  },
];
