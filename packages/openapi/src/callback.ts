import type { JsonSchema } from './to-json-schema.ts';

const EXAMPLE = {
  type: 'contact.created',
  timestamp: '2026-01-31T08:30:00.000Z',
  data: { contactId: 4711, name: 'Ada Lovelace' },
};

const header = (name: string, description: string, schema: JsonSchema, example: string | number) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema,
  example,
});

/** What a receiver gets: a delivery in the format \`standard\` (Standard Webhooks 1.0), as a webhook of OpenAPI. */
export const CALLBACK = {
  post: {
    operationId: 'receiveDelivery',
    tags: ['Deliveries'],
    summary: 'What a receiver gets',
    description:
      'A delivery of a webhook with the format `standard`. It comes at least once; the same `webhook-id` means the same delivery. The signature is that of Standard Webhooks 1.0 over `{webhook-id}.{webhook-timestamp}.{body}`. Any 2xx is a success. 3xx is a failure and is not followed. 410 stops the webhook. 429 and 503 may say with `Retry-After` when to come again. Everything else, and no answer in time, is tried again.',
    security: [],
    parameters: [
      header(
        'webhook-id',
        'The delivery; the same at every attempt.',
        { type: 'string' },
        'dlv_01kf9wz3ytf5ermr8dbm0y1d2g',
      ),
      header('webhook-timestamp', 'Unix time of the attempt, in seconds.', { type: 'integer' }, 1769848200),
      header(
        'webhook-signature',
        'One signature for each secret that is valid, separated by blanks. Missing when the webhook has no secret.',
        { type: 'string' },
        'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      ),
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/DeliveredEvent' }, example: EXAMPLE } },
    },
    responses: { '2XX': { description: 'Received.' } },
  },
};

export const DELIVERED_EVENT: JsonSchema = {
  type: 'object',
  description: "An event as a receiver gets it, with the webhook's `properties` under their own names.",
  required: ['type', 'timestamp', 'data'],
  properties: {
    type: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time', description: 'When the fact happened.' },
    data: { description: 'The JSON value that was published.' },
  },
};
