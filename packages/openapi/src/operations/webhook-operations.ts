import {
  createWebhookSchema,
  emptyBodySchema,
  listWebhooksQuerySchema,
  patchWebhookSchema,
  rotateSecretSchema,
} from '@posthorn/contracts';
import {
  pageAnswer,
  testResultAnswer,
  webhookAnswer,
  webhookSecretAnswer,
  webhookViewsAnswer,
} from '@posthorn/contracts/answers';
import { failingWebhook, newWebhook, pageOf, SECRET, testResult, webhook } from '../examples.ts';
import { webhookViews } from '../lookup-examples.ts';
import { answerOf, json, type Operation } from '../operation.ts';

/** `formats` are the names of the registered callback formats. */
export const webhookOperations = (formats: readonly string[]): Operation[] => [
  {
    id: 'createWebhook',
    method: 'post',
    path: '/v1/webhooks',
    tag: 'Webhooks',
    summary: 'Register a webhook',
    description: 'A secret is made when the body has none; `GET /v1/webhooks/{webhookId}/secret` shows it.',
    access: 'manage',
    body: {
      required: true,
      contents: [
        json(createWebhookSchema(formats), {
          'what is needed': newWebhook,
          'with policies of its own': {
            ...newWebhook,
            headers: { 'x-api-key': 'a key of the receiver' },
            properties: { tenant: 'north' },
            retry: { delaysSeconds: [5, 60, 3600], jitter: 0.1 },
            timeoutMs: 5000,
            rateLimit: { perSecond: 20 },
            maxInFlight: 4,
            tooManyErrors: { count: 50, forSeconds: 7200 },
          },
        }),
      ],
    },
    answers: { 201: { ...answerOf('The webhook.', webhookAnswer, webhook), headers: ['Location'] } },
  },
  {
    id: 'listWebhooks',
    method: 'get',
    path: '/v1/webhooks',
    tag: 'Webhooks',
    summary: 'List webhooks',
    description: 'By ascending id. All filters that are given must match.',
    access: 'read',
    query: listWebhooksQuerySchema,
    answers: {
      200: answerOf('A page.', pageAnswer('WebhookPage', webhookAnswer), pageOf(webhook, { ...failingWebhook, id: 8 })),
    },
  },
  {
    id: 'getWebhook',
    method: 'get',
    path: '/v1/webhooks/{webhookId}',
    tag: 'Webhooks',
    summary: 'Look at a webhook',
    access: 'read',
    answers: { 200: answerOf('The webhook.', webhookAnswer, failingWebhook) },
  },
  {
    id: 'updateWebhook',
    method: 'patch',
    path: '/v1/webhooks/{webhookId}',
    tag: 'Webhooks',
    summary: 'Change a webhook',
    description:
      'Two changes at the same time both take effect. Setting the state to `Active` ends an episode of errors; what was held meanwhile stays held until it is sent again.',
    access: 'manage',
    body: {
      required: true,
      contents: [
        json(patchWebhookSchema, {
          'switch on again': { state: 'Active' },
          'another target': { targetUrl: 'https://crm.example.com/hooks/v2', timeoutMs: null },
        }),
      ],
    },
    answers: { 200: answerOf('The webhook as it is now.', webhookAnswer, webhook) },
  },
  {
    id: 'deleteWebhook',
    method: 'delete',
    path: '/v1/webhooks/{webhookId}',
    tag: 'Webhooks',
    summary: 'Delete a webhook',
    description: 'What is pending or held for it is discarded.',
    access: 'manage',
    answers: { 204: { description: 'It is gone.' } },
  },
  {
    id: 'getWebhookViews',
    method: 'get',
    path: '/v1/webhooks/{webhookId}/views',
    tag: 'Webhooks',
    summary: 'See how a webhook looks in the other APIs',
    description:
      'What the management API of each dialect answers with for it, by the name of the dialect. Secret and header values are left out, whoever asks.',
    access: 'read',
    answers: { 200: answerOf('The views.', webhookViewsAnswer, webhookViews) },
  },
  {
    id: 'testWebhook',
    method: 'post',
    path: '/v1/webhooks/{webhookId}/test',
    tag: 'Webhooks',
    summary: 'Send a test',
    description:
      'One attempt now, signed as a delivery would be, whatever the state of the webhook. A receiver that fails is an outcome, not an error. Takes as long as the deadline of the webhook at most.',
    access: 'manage',
    body: { required: false, contents: [json(emptyBodySchema, { nothing: {} })] },
    answers: { 200: answerOf('What came of it.', testResultAnswer, testResult) },
  },
  {
    id: 'getWebhookSecret',
    method: 'get',
    path: '/v1/webhooks/{webhookId}/secret',
    tag: 'Webhooks',
    summary: 'Show the signing secrets',
    access: 'manage',
    answers: { 200: answerOf('The secrets, in the clear.', webhookSecretAnswer, { secret: SECRET, previous: [] }) },
  },
  {
    id: 'rotateWebhookSecret',
    method: 'post',
    path: '/v1/webhooks/{webhookId}/secret/rotate',
    tag: 'Webhooks',
    summary: 'Give a webhook a new secret',
    description: 'The old one signs beside it for a while, so that receivers have time to change.',
    access: 'manage',
    body: {
      required: false,
      contents: [
        json(rotateSecretSchema, {
          'an hour to change': { overlapSeconds: 3600 },
          'one of your own': { secret: SECRET },
        }),
      ],
    },
    answers: {
      200: answerOf('The secrets as they are now.', webhookSecretAnswer, {
        secret: SECRET,
        previous: [{ secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', expires: '2026-01-31T09:30:00.000Z' }],
      }),
    },
  },
];
