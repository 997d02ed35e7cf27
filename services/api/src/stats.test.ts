import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatsPoint } from '@posthorn/contracts';
import { acceptEvent, recordAll } from './testing/record-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** An account with a webhook that has had four attempts, at a known time. */
const start = async () => {
  const { accountId, token } = await api.account('read', 'manage');
  const webhook = await api.webhook(token);
  const deliveryId = (await acceptEvent(api.database, accountId)).get(webhook.id) ?? '';
  const atMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS;
  const owner = { accountId, webhookId: webhook.id as number, deliveryId };
  await recordAll(api.database, owner, [
    { startedAt: new Date(atMs), durationMs: 80 },
    { startedAt: new Date(atMs + 59_999), number: 2, response: null, durationMs: 15_000 },
    { startedAt: new Date(atMs + MINUTE_MS), number: 3, succeeded: true, durationMs: 80 },
    { startedAt: new Date(atMs + MINUTE_MS), number: null, delivery: null, durationMs: 80 },
  ]);
  return { accountId, token, webhook, deliveryId, atMs };
};
const pointAt = (points: readonly StatsPoint[], timeMs: number): StatsPoint | undefined =>
  points.find(({ at }) => Date.parse(at) === timeMs);

describe('GET /v1/stats', () => {
  it('counts the last hour by the minute: what was stored, how attempts ended, how long they took', async () => {
    const { token, atMs } = await start();
    // The queue is that of everybody: here waits the first attempt of another account.
    const other = await api.account('manage');
    await api.webhook(other.token);
    await acceptEvent(api.database, other.accountId);
    const { status, body } = await api.call('GET', '/v1/stats', { token });
    expect(status).toBe(200);
    expect([body.stepSeconds, body.webhookId]).toEqual([60, null]);
    expect([60, 61]).toContain(body.points.length);
    expect(pointAt(body.points, atMs)).toEqual({
      at: new Date(atMs).toISOString(),
      accepted: 0,
      succeeded: 0,
      failed: 2,
      retried: 1,
      latencyMs: { p50: 80, p95: 98, p99: 100 },
    });
    expect(pointAt(body.points, atMs + MINUTE_MS)).toMatchObject({ succeeded: 1, failed: 1, retried: 2 });
    expect(pointAt(body.points, atMs - MINUTE_MS)).toMatchObject({ failed: 0, latencyMs: null });
    expect(body.totals).toMatchObject({ accepted: 1, succeeded: 1, failed: 3, retried: 3 });
    expect(body.queue.oldestDueSeconds).toBeGreaterThanOrEqual(0);
  });

  it('of one webhook leaves out the others, and another account sees nothing of it', async () => {
    const { token, webhook, accountId } = await start();
    const other = await api.webhook(token, { events: ['other.*'] });
    const both = [webhook.id, other.id].map(async (id) => {
      const { body } = await api.call('GET', `/v1/stats?webhookId=${id}`, { token });
      return [body.webhookId, body.totals.failed];
    });
    expect(await Promise.all(both)).toEqual([
      [webhook.id, 3],
      [other.id, 0],
    ]);
    const stranger = await api.account('read');
    expect(stranger.accountId).not.toBe(accountId);
    const foreign = await api.call('GET', `/v1/stats?webhookId=${webhook.id}`, { token: stranger.token });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
    expect((await api.call('GET', '/v1/stats', { token: stranger.token })).body.totals).toEqual({
      accepted: 0,
      succeeded: 0,
      failed: 0,
      retried: 0,
      latencyMs: null,
    });
  });

  it('widens a range to whole steps, and has a point for each', async () => {
    const { token } = await start();
    const query = '?since=2026-01-31T08:59:59Z&until=2026-01-31T10:00:01Z&step=1h';
    const { body } = await api.call('GET', `/v1/stats${query}`, { token });
    expect([body.since, body.until]).toEqual(['2026-01-31T08:00:00.000Z', '2026-01-31T11:00:00.000Z']);
    expect(body.points.map(({ at }: StatsPoint) => at.slice(11, 13))).toEqual(['08', '09', '10']);
  });

  it.each([
    ['1m', 60],
    ['5m', 300],
    ['15m', 900],
    ['1h', 3600],
    ['6h', 21_600],
    ['1d', 86_400],
  ])('sums by %s what it has by the minute', async (step, stepSeconds) => {
    const { token, atMs } = await start();
    const since = new Date(atMs - HOUR_MS).toISOString();
    const { body } = await api.call('GET', `/v1/stats?since=${since}&step=${step}`, { token });
    expect(body.stepSeconds).toBe(stepSeconds);
    expect(body.totals).toMatchObject({ accepted: 1, succeeded: 1, failed: 3, retried: 3 });
    const failed = body.points.reduce((sum: number, point: StatsPoint) => sum + point.failed, 0);
    expect(failed).toBe(3);
  });

  it.each([
    ['since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z&step=1m', 'step'],
    ['step=2m', 'step'],
    ['since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z', 'since'],
    ['since=1950-01-01T00:00:00Z', 'since'],
    ['until=2950-01-01T00:00:00Z', 'until'],
    ['webhookId=x', 'webhookId'],
    ['webhookId=99999999999', 'webhookId'],
  ])('refuses %s', async (query, path) => {
    const { token } = await api.account('read');
    const { status, body } = await api.call('GET', `/v1/stats?${query}`, { token });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});

describe('GET /v1/stats/webhooks', () => {
  it('ranks webhooks by what failed', async () => {
    const { token, webhook, accountId } = await start();
    const worse = await api.webhook(token, { name: 'worse', events: ['worse.*'] });
    const deliveryId = (await acceptEvent(api.database, accountId, 'worse.thing')).get(worse.id) ?? '';
    await recordAll(
      api.database,
      { accountId, webhookId: worse.id, deliveryId },
      [1, 2, 3, 4].map((number) => ({ number })),
    );
    await api.webhook(token, { events: ['nothing.happens'] });
    const { body } = await api.call('GET', '/v1/stats/webhooks', { token });
    expect(body.items).toMatchObject([
      { webhookId: worse.id, name: 'worse', state: 'Active', accepted: 1, failed: 4, retried: 3 },
      { webhookId: webhook.id, accepted: 1, succeeded: 1, failed: 3, retried: 3 },
    ]);
    expect(body.items[0].latencyMs).toEqual({ p50: 15, p95: 20, p99: 20 });
    expect((await api.call('GET', '/v1/stats/webhooks?limit=1', { token })).body.items).toHaveLength(1);
    const fine = await api.webhook(token, { name: 'fine', events: ['fine.*'] });
    await acceptEvent(api.database, accountId, 'fine.thing');
    const idsOf = async (query: string): Promise<number[]> =>
      (await api.call('GET', `/v1/stats/webhooks?${query}`, { token })).body.items.map(
        (item: { webhookId: number }) => item.webhookId,
      );
    expect(await idsOf('onlyFailed=false')).toEqual([worse.id, webhook.id, fine.id]);
    expect(await idsOf('onlyFailed=true')).toEqual([worse.id, webhook.id]);
    const stranger = await api.account('read');
    expect((await api.call('GET', '/v1/stats/webhooks', { token: stranger.token })).body).toEqual({ items: [] });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['onlyFailed=yes', 'onlyFailed'],
    ['since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z', 'since'],
  ])('refuses %s', async (query, path) => {
    const { token } = await api.account('read');
    const { status, body } = await api.call('GET', `/v1/stats/webhooks?${query}`, { token });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});
