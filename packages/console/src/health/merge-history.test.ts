import { expect, test } from '@jest/globals';
import type { AuditEntryView, NoticeView, WebhookView } from '../api/types.ts';
import { mergeHistory } from './merge-history.ts';

const at = (minute: number): string => `2026-01-31T08:${String(minute).padStart(2, '0')}:00.000Z`;

const audit = (values: Pick<AuditEntryView, 'id' | 'at' | 'action' | 'changed'>): AuditEntryView => ({
  accountId: 1,
  actor: { type: 'token', name: 'ops', tokenId: 'tok_1' },
  target: { type: 'webhook', id: '7', name: 'CRM' },
  api: 'native',
  address: null,
  userAgent: null,
  requestId: null,
  ...values,
});

const notice: NoticeView = {
  id: 'ntc_1',
  webhookId: 7,
  webhookName: 'CRM',
  kind: 'too_many_errors',
  recipient: 'ops@example.com',
  status: 'sent',
  created: at(10),
  sent: at(11),
  tries: 1,
  lastError: null,
};

const failing = { failingSince: at(5), consecutiveErrors: 20, lastError: null } as WebhookView;

test('what people and the system did stands in one line of time, newest first', () => {
  const entries = mergeHistory({
    webhook: failing,
    audit: [
      audit({ id: 'aud_1', at: at(1), action: 'webhook.create', changed: [] }),
      audit({ id: 'aud_2', at: at(20), action: 'webhook.update', changed: ['state'] }),
    ],
    notices: [notice],
    states: [
      { at: at(21), webhookId: 7, webhookName: 'CRM', state: 'Active', stateReason: null, consecutiveErrors: 0 },
    ],
  });
  expect(entries.map(({ title }) => title)).toEqual([
    'Became Active',
    'State set by a person',
    'Too many errors',
    'Began to fail',
    'Created',
  ]);
  expect(entries[2]?.detail).toBe('e-mail sent to ops@example.com');
});

test('a mail that could not be sent says why', () => {
  const [entry] = mergeHistory({
    webhook: { ...failing, failingSince: null },
    audit: [],
    notices: [{ ...notice, status: 'owed', sent: null, lastError: 'connection refused' }],
    states: [],
  });
  expect(entry?.detail).toBe('e-mail to ops@example.com is owed; the last try failed: connection refused');
});
