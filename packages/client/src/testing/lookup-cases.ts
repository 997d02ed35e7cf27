import type { CallCase } from './call-case.ts';

/** Calls that find things. */
export const LOOKUP_CASES: readonly CallCase[] = [
  { call: 'webhooks.views', run: (c) => c.webhooks.views(7), method: 'GET', path: '/v1/webhooks/7/views' },
  {
    call: 'events.list',
    run: (c) =>
      c.events.list({
        type: 'a.*',
        idempotencyKey: 'k-1',
        since: '2026-01-01T00:00:00Z',
        until: '2026-01-02T00:00:00Z',
        data: 'é "x"',
        limit: 3,
        cursor: 'c',
      }),
    method: 'GET',
    path: '/v1/events?type=a.*&idempotencyKey=k-1&since=2026-01-01T00%3A00%3A00Z&until=2026-01-02T00%3A00%3A00Z&data=%C3%A9+%22x%22&limit=3&cursor=c',
  },
  {
    call: 'events.matches',
    run: (c) => c.events.matches('evt_1', { limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/events/evt_1/matches?limit=3&cursor=c',
  },
  {
    call: 'deliveries.list',
    run: (c) =>
      c.deliveries.list({
        webhookId: 7,
        eventId: 'evt_1',
        status: 'failed',
        event: 'a.*',
        since: '2026-01-01T00:00:00Z',
        until: '2026-01-02T00:00:00Z',
        limit: 3,
        cursor: 'c',
      }),
    method: 'GET',
    path: '/v1/deliveries?webhookId=7&eventId=evt_1&status=failed&event=a.*&since=2026-01-01T00%3A00%3A00Z&until=2026-01-02T00%3A00%3A00Z&limit=3&cursor=c',
  },
  {
    call: 'replays.listOfAccount',
    run: (c) => c.replays.listOfAccount({ state: 'paused', limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/replays?state=paused&limit=3&cursor=c',
  },
  {
    call: 'notices.list',
    run: (c) => c.notices.list({ webhookId: 7, status: 'owed', limit: 3, cursor: 'c' }),
    method: 'GET',
    path: '/v1/notices?webhookId=7&status=owed&limit=3&cursor=c',
  },
];
