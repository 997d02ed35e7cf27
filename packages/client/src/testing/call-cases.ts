import type { PosthornClient } from '../index.ts';
import type { CallCase } from './call-case.ts';
import { LOOKUP_CASES } from './lookup-cases.ts';

const newWebhook = { name: 'CRM', events: ['contact.*'], targetUrl: 'https://crm.example.com/hooks' };

export const CASES: CallCase[] = [
  ...LOOKUP_CASES,
  {
    call: 'webhooks.create',
    run: (c) => c.webhooks.create(newWebhook),
    method: 'POST',
    path: '/v1/webhooks',
    body: newWebhook,
  },
  { call: 'webhooks.list', run: (c) => c.webhooks.list(), method: 'GET', path: '/v1/webhooks' },
  {
    call: 'webhooks.list with filters',
    run: (c) =>
      c.webhooks.list({
        name: 'A & B/ü',
        search: 'crm',
        event: 'a.b',
        state: 'Active',
        failing: true,
        limit: 2,
        cursor: 'x=+',
      }),
    method: 'GET',
    path: '/v1/webhooks?name=A+%26+B%2F%C3%BC&search=crm&event=a.b&state=Active&failing=true&limit=2&cursor=x%3D%2B',
  },
  {
    call: 'webhooks.list with filters that are undefined',
    run: (c) => c.webhooks.list({ name: undefined, limit: 5 }),
    method: 'GET',
    path: '/v1/webhooks?limit=5',
  },
  { call: 'webhooks.get', run: (c) => c.webhooks.get(7), method: 'GET', path: '/v1/webhooks/7' },
  {
    call: 'webhooks.update',
    run: (c) => c.webhooks.update(7, { state: 'Active', errorsEmail: null }),
    method: 'PATCH',
    path: '/v1/webhooks/7',
    body: { state: 'Active', errorsEmail: null },
  },
  { call: 'webhooks.test', run: (c) => c.webhooks.test(7), method: 'POST', path: '/v1/webhooks/7/test' },
  { call: 'webhooks.secret', run: (c) => c.webhooks.secret(7), method: 'GET', path: '/v1/webhooks/7/secret' },
  {
    call: 'webhooks.rotateSecret',
    run: (c) => c.webhooks.rotateSecret(7),
    method: 'POST',
    path: '/v1/webhooks/7/secret/rotate',
    body: {},
  },
  {
    call: 'webhooks.rotateSecret with an overlap',
    run: (c) => c.webhooks.rotateSecret(7, { overlapSeconds: 0 }),
    method: 'POST',
    path: '/v1/webhooks/7/secret/rotate',
    body: { overlapSeconds: 0 },
  },
  {
    call: 'webhooks.deliveries',
    run: (c) => c.webhooks.deliveries(7, { limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/webhooks/7/deliveries?limit=3&cursor=c',
  },
  {
    call: 'webhooks.deliveries with filters',
    run: (c) => c.webhooks.deliveries(7, { status: 'held', event: 'a.b' }),
    method: 'GET',
    path: '/v1/webhooks/7/deliveries?status=held&event=a.b',
  },
  {
    call: 'events.publish',
    run: (c) =>
      c.events.publish({ type: 'a.b', data: { ü: 1 }, occurredAt: '2026-01-01T00:00:00Z', idempotencyKey: 'k-1' }),
    method: 'POST',
    path: '/v1/events',
    body: { type: 'a.b', data: { ü: 1 }, occurredAt: '2026-01-01T00:00:00Z', idempotencyKey: 'k-1' },
  },
  {
    call: 'events.publish without a key',
    run: (c) => c.events.publish({ type: 'a.b', data: null, idempotencyKey: null }),
    method: 'POST',
    path: '/v1/events',
    body: { type: 'a.b', data: null },
  },
  { call: 'events.get', run: (c) => c.events.get('evt_1'), method: 'GET', path: '/v1/events/evt_1' },
  { call: 'deliveries.get', run: (c) => c.deliveries.get('dlv_1'), method: 'GET', path: '/v1/deliveries/dlv_1' },
  {
    call: 'deliveries.retry',
    run: (c) => c.deliveries.retry('dlv_1'),
    method: 'POST',
    path: '/v1/deliveries/dlv_1/retry',
  },
  {
    call: 'webhooks.replay',
    run: (c) => c.webhooks.replay(7),
    method: 'POST',
    path: '/v1/webhooks/7/replay',
    body: {},
  },
  {
    call: 'webhooks.replay with a filter',
    run: (c) =>
      c.webhooks.replay(7, { since: '2026-01-01T00:00:00Z', status: ['held', 'succeeded'], eventType: 'contact.*' }),
    method: 'POST',
    path: '/v1/webhooks/7/replay',
    body: { since: '2026-01-01T00:00:00Z', status: ['held', 'succeeded'], eventType: 'contact.*' },
  },
  { call: 'replays.get', run: (c) => c.replays.get('rpl_1'), method: 'GET', path: '/v1/replays/rpl_1' },
  {
    call: 'replays.list',
    run: (c) => c.replays.list(7, { limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/webhooks/7/replays?limit=3&cursor=c',
  },
  {
    call: 'replays.cancel',
    run: (c) => c.replays.cancel('rpl_1'),
    method: 'POST',
    path: '/v1/replays/rpl_1/cancel',
  },
  {
    call: 'listeners.create',
    run: (c) => c.listeners.create({ events: ['contact.*'] }),
    method: 'POST',
    path: '/v1/listeners',
    body: { events: ['contact.*'] },
  },
  {
    call: 'listeners.answer',
    run: (c) => c.listeners.answer('lsn_1', { requestId: 'lrq_1', status: 204 }),
    method: 'POST',
    path: '/v1/listeners/lsn_1/answers',
    body: { requestId: 'lrq_1', status: 204 },
  },
  {
    call: 'accounts.create',
    run: (c) => c.accounts.create({ name: 'Sales' }),
    method: 'POST',
    path: '/v1/accounts',
    body: { name: 'Sales' },
  },
  {
    call: 'accounts.list',
    run: (c) => c.accounts.list({ limit: 9, cursor: 'c' }),
    method: 'GET',
    path: '/v1/accounts?limit=9&cursor=c',
  },
  { call: 'accounts.get', run: (c) => c.accounts.get(3), method: 'GET', path: '/v1/accounts/3' },
  {
    call: 'tokens.create',
    run: (c) => c.tokens.create(3, { name: 'crm', scopes: ['publish'] }),
    method: 'POST',
    path: '/v1/accounts/3/tokens',
    body: { name: 'crm', scopes: ['publish'] },
  },
  {
    call: 'tokens.list',
    run: (c) => c.tokens.list(3, { limit: 9, cursor: 'c' }),
    method: 'GET',
    path: '/v1/accounts/3/tokens?limit=9&cursor=c',
  },
  {
    call: 'audit.list',
    run: (c) => c.audit.list({ accountId: 3, action: 'webhook.delete', since: '2026-01-31T00:00:00Z', limit: 9 }),
    method: 'GET',
    path: '/v1/audit?accountId=3&action=webhook.delete&since=2026-01-31T00%3A00%3A00Z&limit=9',
  },
  {
    call: 'audit.list',
    run: (c) =>
      c.audit.list({
        targetType: 'token',
        targetId: 'tok_1',
        tokenId: 'tok_2',
        until: '2026-02-01T00:00:00Z',
        cursor: 'c',
      }),
    method: 'GET',
    path: '/v1/audit?targetType=token&targetId=tok_1&tokenId=tok_2&until=2026-02-01T00%3A00%3A00Z&cursor=c',
  },
  {
    call: 'stats.read',
    run: (c) =>
      c.stats.read({ webhookId: 7, since: '2026-01-31T00:00:00Z', until: '2026-02-01T00:00:00Z', step: '1h' }),
    method: 'GET',
    path: '/v1/stats?webhookId=7&since=2026-01-31T00%3A00%3A00Z&until=2026-02-01T00%3A00%3A00Z&step=1h',
  },
  { call: 'stats.read of the last hour', run: (c) => c.stats.read(), method: 'GET', path: '/v1/stats' },
  {
    call: 'stats.webhooks',
    run: (c) =>
      c.stats.webhooks({ since: '2026-01-31T00:00:00Z', until: '2026-02-01T00:00:00Z', onlyFailed: true, limit: 5 }),
    method: 'GET',
    path: '/v1/stats/webhooks?since=2026-01-31T00%3A00%3A00Z&until=2026-02-01T00%3A00%3A00Z&onlyFailed=true&limit=5',
  },
  {
    call: 'ownTokens.create',
    run: (c) => c.ownTokens.create({ name: 'support', scopes: ['read'] }),
    method: 'POST',
    path: '/v1/tokens',
    body: { name: 'support', scopes: ['read'] },
  },
  {
    call: 'ownTokens.list',
    run: (c) => c.ownTokens.list({ limit: 9, cursor: 'c' }),
    method: 'GET',
    path: '/v1/tokens?limit=9&cursor=c',
  },
  { call: 'me', run: (c) => c.me(), method: 'GET', path: '/v1/me' },
  { call: 'diagnosis', run: (c) => c.diagnosis(), method: 'GET', path: '/v1/diagnosis' },
  { call: 'health', run: (c) => c.health(), method: 'GET', path: '/healthz' },
  { call: 'ready', run: (c) => c.ready(), method: 'GET', path: '/readyz' },
];

/** Calls whose answer has no body. */
export const DELETIONS = [
  { call: 'webhooks.delete', run: (c: PosthornClient) => c.webhooks.delete(7), path: '/v1/webhooks/7' },
  { call: 'listeners.delete', run: (c: PosthornClient) => c.listeners.delete('lsn_1'), path: '/v1/listeners/lsn_1' },
  { call: 'tokens.revoke', run: (c: PosthornClient) => c.tokens.revoke('tok_1'), path: '/v1/tokens/tok_1' },
];

/** Calls that make as many requests as they need, to this path; they have tests of their own. */
export const MANY = [
  { call: 'events.publishBatch', method: 'POST', path: '/v1/events/batch' },
  { call: 'events.publishStream', method: 'POST', path: '/v1/events/batch' },
  { call: 'stream', method: 'GET', path: '/v1/stream?webhookId=7&only=attempt' },
];

/** Calls that read a stream of server-sent events from this path; they have tests of their own. */
export const STREAMS = [{ call: 'listeners.requests', method: 'GET', path: '/v1/listeners/lsn_1/requests' }];
