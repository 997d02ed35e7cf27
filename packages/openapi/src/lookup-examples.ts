import type { EventMatch, EventSummary, NoticeView, WebhookViews } from '@posthorn/contracts';
import { AT, IDS } from './examples.ts';

export const eventSummary: EventSummary = {
  id: IDS.event,
  type: 'contact.created',
  occurredAt: AT,
  receivedAt: AT,
  idempotencyKey: 'contact-4711-created',
  dataPreview: '{"contactId":4711,"name":"Ada Lovelace"}',
};

export const eventMatch: EventMatch = {
  webhookId: 7,
  name: 'CRM contacts',
  state: 'Active',
  events: ['contact.*'],
  matched: true,
  reason: 'matched',
  message: 'contact.* matches; it was delivered.',
  deliveryId: IDS.delivery,
  deliveryStatus: 'succeeded',
};

export const missedMatch: EventMatch = {
  webhookId: 8,
  name: 'Shop sales',
  state: 'Active',
  events: ['sale.*'],
  matched: false,
  reason: 'no_pattern_matches',
  message: 'Its pattern sale.* does not match contact.created.',
  deliveryId: null,
  deliveryStatus: null,
};

export const notice: NoticeView = {
  id: 'ntc_01kf9y0r3de6xvvd9b1p4h8k2m',
  webhookId: 7,
  webhookName: 'CRM contacts',
  kind: 'too_many_errors',
  recipient: 'crm-team@example.com',
  status: 'sent',
  created: '2026-01-31T10:12:07.500Z',
  sent: '2026-01-31T10:12:09.120Z',
  tries: 1,
  lastError: null,
};

export const webhookViews: WebhookViews = {
  sonar: {
    call: 'GET /api/v1/webhooks/7',
    mediaType: 'application/json',
    body: {
      id: 7,
      active: true,
      settings: { 'contact.*': 'true' },
      url: 'https://crm.example.com/hooks',
      http_method: 'POST',
      payload: '',
      name: 'CRM contacts',
      created_at: '2026-01-31T08:30:00.000+00:00',
      updated_at: '2026-01-31T08:30:00.000+00:00',
    },
  },
};
