import { randomUUID } from 'node:crypto';
import type { AttemptJob, DeliverableWebhook } from '@posthorn/contracts';
import type { LoadedDelivery } from '@posthorn/database';

/** A webhook as the worker has it in memory; override what the test is about. */
export const makeWebhook = (values: Partial<DeliverableWebhook> = {}): DeliverableWebhook => ({
  id: 7,
  uuid: randomUUID(),
  accountId: 1,
  version: 1,
  name: 'test',
  state: 'Active',
  type: 'webhook',
  targetUrl: 'http://127.0.0.1:9/',
  httpMethod: 'POST',
  format: 'standard',
  headers: {},
  properties: {},
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  freshUntil: null,
  policy: {},
  errorsEmail: null,
  ...values,
});

/** A pending delivery that was not attempted yet. */
export const makeDelivery = (values: Partial<LoadedDelivery> = {}): LoadedDelivery => ({
  id: '01980000-0000-7000-8000-000000000001',
  accountId: 1,
  webhookId: 7,
  status: 'pending',
  attempts: 0,
  dueInMs: 0,
  shard: 0,
  event: {
    id: '01980000-0000-7000-8000-000000000002',
    type: 'contact.created',
    occurredAt: new Date(0),
    data: '{"id":1}',
  },
  traceparent: null,
  webhook: { version: 1, state: 'Active' },
  ...values,
});

export const makeJob = (values: Partial<AttemptJob> = {}): AttemptJob => ({
  v: 1,
  d: makeDelivery().id,
  n: 1,
  ...values,
});
