import type { StatsView, StreamAttempt, StreamState, WebhookRanking } from '@posthorn/contracts';
import { IDS, replay } from './examples.ts';

const summary = {
  accepted: 120,
  succeeded: 117,
  failed: 5,
  retried: 2,
  latencyMs: { p50: 46, p95: 180, p99: 410 },
};

export const stats: StatsView = {
  since: '2026-01-31T08:30:00.000Z',
  until: '2026-01-31T08:32:00.000Z',
  stepSeconds: 60,
  webhookId: null,
  points: [
    { at: '2026-01-31T08:30:00.000Z', ...summary },
    { at: '2026-01-31T08:31:00.000Z', accepted: 0, succeeded: 0, failed: 0, retried: 0, latencyMs: null },
  ],
  totals: summary,
  queue: { oldestDueSeconds: null },
};

export const ranking: WebhookRanking = {
  items: [{ webhookId: 7, name: 'CRM contacts', state: 'Active', ...summary }],
};

const streamAttempt: StreamAttempt = {
  id: IDS.attempt,
  at: '2026-01-31T08:30:00.021Z',
  deliveryId: IDS.delivery,
  eventId: IDS.event,
  eventType: 'contact.created',
  webhookId: 7,
  webhookName: 'CRM contacts',
  trigger: 'schedule',
  number: 1,
  outcome: 'succeeded',
  status: 204,
  errorCode: null,
  durationMs: 161,
  deliveryStatus: 'succeeded',
};

const streamState: StreamState = {
  at: '2026-01-31T10:12:07.412Z',
  webhookId: 7,
  webhookName: 'CRM contacts',
  state: 'TooManyErrors',
  stateReason: '20 failed attempts in a row since 2026-01-31T09:02:11.000Z',
  consecutiveErrors: 20,
};

export const streamEvents = [
  { event: 'attempt', id: '1769848200184', data: streamAttempt },
  { event: 'state', id: '1769854327412', data: streamState },
  { event: 'replay', id: '1769860801000', data: replay },
  { event: 'skipped', id: '1769860801000', data: { attempts: 1200 } },
];
