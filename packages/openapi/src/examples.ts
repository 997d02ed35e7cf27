import type {
  AccountView,
  AuditEntryView,
  CreatedToken,
  CreateWebhookBody,
  DeliverySummary,
  DeliveryView,
  EventView,
  LastError,
  ListenerRequest,
  ListenerView,
  ReplayView,
  TestResult,
  TokenView,
  WebhookView,
} from '@posthorn/contracts';

/** One story for all examples: a CRM publishes, a webhook called "CRM contacts" gets. */
export const AT = '2026-01-31T08:30:00.000Z';
export const IDS = {
  event: 'evt_01kf9wz3ytfvv8yg4n4ezdmqx5',
  delivery: 'dlv_01kf9wz3ytf5ermr8dbm0y1d2g',
  attempt: 'att_01kf9wz3zfe5q8yvh3nbx6tq7c',
  token: 'tok_01kf9wz3zcf3yb61z0wkxp4h2m',
};

export const newWebhook: CreateWebhookBody = {
  name: 'CRM contacts',
  events: ['contact.*'],
  targetUrl: 'https://crm.example.com/hooks',
  errorsEmail: 'crm-team@example.com',
};

export const webhook: WebhookView = {
  id: 7,
  uuid: '0b6f7a3e-6f0c-4d0e-9a55-0d2f3c1f6a11',
  name: 'CRM contacts',
  events: ['contact.*'],
  targetUrl: 'https://crm.example.com/hooks',
  type: 'webhook',
  state: 'Active',
  stateReason: null,
  headers: {},
  properties: {},
  errorsEmail: 'crm-team@example.com',
  httpMethod: 'POST',
  format: 'standard',
  consecutiveErrors: 0,
  failingSince: null,
  lastError: null,
  registered: AT,
  registeredBy: 'setup',
  updated: AT,
  updatedBy: 'setup',
};

const lastError: LastError = {
  at: '2026-01-31T10:12:07.412Z',
  code: 'http_status',
  message: 'The receiver answered 500; 200 to 299 counts as success.',
  status: 500,
  body: 'Internal Server Error',
  eventId: IDS.event,
  deliveryId: IDS.delivery,
};

export const failingWebhook: WebhookView = {
  ...webhook,
  state: 'TooManyErrors',
  stateReason: '20 failed attempts in a row since 2026-01-31T09:02:11.000Z',
  consecutiveErrors: 20,
  failingSince: '2026-01-31T09:02:11.000Z',
  lastError,
};

export const delivery: DeliverySummary = {
  id: IDS.delivery,
  eventId: IDS.event,
  eventType: 'contact.created',
  webhookId: 7,
  status: 'succeeded',
  attempts: 1,
  nextAttemptAt: null,
  createdAt: AT,
  settledAt: '2026-01-31T08:30:00.184Z',
};

export const deliveryWithLog: DeliveryView = {
  ...delivery,
  attemptLog: [
    {
      id: IDS.attempt,
      trigger: 'schedule',
      number: 1,
      startedAt: '2026-01-31T08:30:00.021Z',
      durationMs: 161,
      timings: { dnsMs: 4, connectMs: 21, tlsMs: 47, firstByteMs: 160, totalMs: 161 },
      outcome: 'succeeded',
      error: null,
      request: {
        method: 'POST',
        url: 'https://crm.example.com/hooks',
        headers: { 'content-type': 'application/json', 'webhook-id': IDS.delivery },
        bodyBytes: 97,
        body: null,
      },
      response: { status: 204, headers: {}, body: '', bodyTruncated: false },
    },
  ],
};

export const event: EventView = {
  id: IDS.event,
  type: 'contact.created',
  data: { contactId: 4711, name: 'Ada Lovelace' },
  occurredAt: AT,
  receivedAt: AT,
  idempotencyKey: 'contact-4711-created',
  deliveries: [delivery],
};

export const published = { id: IDS.event, deliveries: 1 };

/** What `POST /v1/events/batch` says of an event that is not valid. */
export const publishFailure = {
  error: {
    code: 'validation_failed',
    detail: 'The event is not valid: data is required',
    errors: [{ path: '/data', code: 'any.required', message: 'data is required' }],
  },
};

export const retryAccepted = { id: 'rty_01kf9x2m0qf1yaf6d9f6y3m7bt', deliveryId: IDS.delivery };

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const testResult: TestResult = {
  outcome: 'succeeded',
  error: null,
  durationMs: 84,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 84, totalMs: 84 },
  request: {
    method: 'POST',
    url: 'https://crm.example.com/hooks',
    headers: { 'content-type': 'application/json' },
    body: '{"type":"contact.created","timestamp":"2026-01-31T08:30:00.000Z","data":{"test":true}}',
  },
  response: { status: 204, headers: {}, body: '', bodyTruncated: false },
};

export const replay: ReplayView = {
  id: 'rpl_01kf9y0r3de6xvvd9b1p4h8k2m',
  webhookId: 7,
  state: 'pending',
  stateReason: null,
  filter: { since: null, until: '2026-01-31T12:00:00.000Z', status: ['failed', 'held'], eventType: null },
  total: null,
  done: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  created: '2026-01-31T12:00:00.000Z',
  createdBy: 'Operations',
  finished: null,
};

export const listener: ListenerView = {
  id: 'lsn_01kf9z2m4gfxp8r7s6t5v4w3e2',
  webhookId: 8,
  secret: SECRET,
  events: ['contact.*'],
  created: AT,
  expires: '2026-01-31T09:30:00.000Z',
};

const CALLBACK_BODY = '{"type":"contact.created","timestamp":"2026-01-31T08:30:00.000Z","data":{"contactId":4711}}';

export const listenerRequest: ListenerRequest = {
  id: 'lrq_01kf9z2n7me5wbr0qd3k8xjv6t',
  deliveryId: IDS.delivery,
  method: 'POST',
  path: '',
  headers: { 'content-type': 'application/json', 'webhook-id': IDS.delivery, 'webhook-timestamp': '1769848200' },
  body: Buffer.from(CALLBACK_BODY).toString('base64'),
  deadline: '2026-01-31T08:30:15.000Z',
  remainingMs: 14_950,
};

export const account: AccountView = { id: 1, name: 'Sales', created: AT };

export const token: TokenView = {
  id: IDS.token,
  accountId: 1,
  name: 'CRM',
  scopes: ['publish'],
  created: AT,
  revoked: null,
};

export const createdToken: CreatedToken = { ...token, token: 'ph_the-value-is-shown-once' };

export const auditEntry: AuditEntryView = {
  id: 'aud_01kf9y0r3de6xvvd9b1p4h8k2m',
  at: AT,
  accountId: 1,
  actor: { type: 'token', name: 'Operations', tokenId: IDS.token },
  action: 'webhook.update',
  target: { type: 'webhook', id: '7', name: 'CRM contacts' },
  changed: ['targetUrl', 'headers'],
  api: 'native',
  address: '198.51.100.7',
  userAgent: 'posthorn-client/0.1.0',
  requestId: '0b7f7bd3-5d0b-4a6e-9d54-4f0d3f1f9b52',
};

export const pageOf = <T>(...items: T[]): { items: T[]; nextCursor: string | null } => ({ items, nextCursor: null });
