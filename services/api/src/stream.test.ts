import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { newId } from '@posthorn/database';
import { uuidFloor } from '@posthorn/domain';
import { waitUntil } from '@posthorn/testing';
import { MAX_STREAMS_OF_ACCOUNT } from './live/stream-routes.ts';
import { readStream, type SeenStream } from './testing/read-stream.ts';
import { acceptEvent, recordAll } from './testing/record-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
const lines: Record<string, unknown>[] = [];
const streams: SeenStream[] = [];

beforeAll(async () => {
  api = await startTestApi({ log: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
});
afterEach(() => streams.splice(0).forEach((stream) => stream.leave()));
afterAll(() => api.close());

const open = async (token: string, query = '', cursor?: string): Promise<SeenStream> => {
  const stream = await readStream(api.url, `/v1/stream${query}`, {
    token,
    ...(cursor === undefined ? {} : { cursor }),
  });
  streams.push(stream);
  return stream;
};

/** An account with a webhook, and a way to have attempts of it recorded. */
const start = async () => {
  const { accountId, token } = await api.account('read', 'manage');
  const webhook = await api.webhook(token, { name: 'live' });
  const record = async (...attempts: Parameters<typeof recordAll>[2]): Promise<string[]> => {
    const deliveryId = (await acceptEvent(api.database, accountId)).get(webhook.id) ?? '';
    const ids = await recordAll(api.database, { accountId, webhookId: webhook.id, deliveryId }, attempts);
    return ids.map((id) => encodeId('attempt', id));
  };
  return { accountId, token, webhook, record };
};
const endOf = (accountId: number): Promise<unknown> =>
  waitUntil('the end is in the log', () =>
    lines.find((line) => line['accountId'] === accountId && line['streamEnd'] !== undefined),
  );

describe('GET /v1/stream', () => {
  it('tells of attempts as they are recorded, and not of those before', async () => {
    const { token, webhook, record } = await start();
    await record({ succeeded: true });
    const stream = await open(token);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const [first] = await record({ number: 2, durationMs: 34, startedAt: new Date('2026-01-31T08:30:00Z') });
    const [second] = await record({ succeeded: true });
    const events = await stream.events.waitFor(2);
    expect(events[0]).toEqual({
      event: 'attempt',
      id: expect.stringMatching(/^\d{13}$/),
      data: {
        id: first,
        at: '2026-01-31T08:30:00.000Z',
        deliveryId: expect.stringMatching(/^dlv_/),
        eventId: expect.stringMatching(/^evt_/),
        eventType: 'contact.created',
        webhookId: webhook.id,
        webhookName: 'live',
        trigger: 'schedule',
        number: 2,
        outcome: 'failed',
        status: 500,
        errorCode: 'http_status',
        durationMs: 34,
        deliveryStatus: 'pending',
      },
    });
    expect(events[1]?.data).toMatchObject({ id: second, outcome: 'succeeded', deliveryStatus: 'succeeded' });
    expect(events).toHaveLength(2);
  });

  it('sees an attempt that commits late: its id is older than others that were told of', async () => {
    const { token, record } = await start();
    const stream = await open(token);
    const [newer] = await record({ succeeded: true });
    await stream.events.waitFor(1);
    const older = `${uuidFloor(Date.now() - 30_000).slice(0, 14)}${newId().slice(14)}`;
    await record({ id: older });
    const events = await stream.events.waitFor(2);
    expect(events.map(({ data }) => data.id)).toEqual([newer, encodeId('attempt', older)]);
  });

  it('tells of states and of replays with their progress', async () => {
    const { token, webhook, record } = await start();
    const stream = await open(token, '?only=state,replay');
    const path = `/v1/webhooks/${webhook.id}`;
    await api.call('PATCH', path, { token, body: { name: 'renamed' } });
    await record({ succeeded: true });
    await api.call('PATCH', path, { token, body: { state: 'Stopped' } });
    const [stopped] = await stream.events.waitFor(1);
    expect(stopped).toMatchObject({
      event: 'state',
      data: { webhookId: webhook.id, webhookName: 'renamed', state: 'Stopped', consecutiveErrors: 0 },
    });
    await api.call('PATCH', path, { token, body: { state: 'Active' } });
    expect((await stream.events.waitFor(2))[1]?.data).toMatchObject({ state: 'Active', stateReason: null });
    const { body: replay } = await api.call('POST', `${path}/replay`, { token });
    expect((await stream.events.waitFor(3))[2]).toMatchObject({ event: 'replay', data: replay });
    await api.database.prisma.replay.updateMany({ where: { webhookId: webhook.id }, data: { done: 3, succeeded: 3 } });
    expect((await stream.events.waitFor(4))[3]?.data).toMatchObject({ id: replay.id, done: 3 });
    await api.call('POST', `/v1/replays/${replay.id}/cancel`, { token });
    expect((await stream.events.waitFor(5))[4]?.data).toMatchObject({ id: replay.id, state: 'cancelled' });
  });

  it('has the account alone, and one webhook of it where that is asked for', async () => {
    const [one, other] = [await start(), await start()];
    const quiet = await api.webhook(one.token, { events: ['other.*'] });
    const [whole, narrow, attempts] = [
      await open(one.token),
      await open(one.token, `?webhookId=${quiet.id}`),
      await open(one.token, '?only=attempt'),
    ];
    await other.record({ succeeded: true });
    await one.record({ succeeded: true });
    await api.call('PATCH', `/v1/webhooks/${quiet.id}`, { token: one.token, body: { state: 'Stopped' } });
    expect((await whole.events.waitFor(2)).map(({ event }) => event)).toEqual(['attempt', 'state']);
    expect((await narrow.events.waitFor(1)).map(({ event }) => event)).toEqual(['state']);
    expect((await attempts.events.waitFor(1)).map(({ event }) => event)).toEqual(['attempt']);
    for (const { events } of [whole, narrow, attempts]) {
      for (const { data } of events.items) expect([one.webhook.id, quiet.id]).toContain(data.webhookId);
    }
  });

  it('goes on where another one ended, and not further back than is remembered', async () => {
    const { token, record } = await start();
    const other = await api.webhook(token, { events: ['other.*'] });
    const first = await open(token);
    await record({ succeeded: true });
    const [seen] = await first.events.waitFor(1);
    first.leave();
    const missed = await record({ succeeded: true }, {});
    await api.call('PATCH', `/v1/webhooks/${other.id}`, { token, body: { state: 'Stopped' } });
    const next = await open(token, '', seen?.id);
    const [later] = await record({ succeeded: true });
    await waitUntil('all have come', () => next.events.items.some(({ data }) => data.id === later));
    const ids = next.events.items.filter(({ event }) => event === 'attempt').map(({ data }) => data.id);
    expect(ids).toEqual(expect.arrayContaining([...missed, later]));
    expect(next.events.items.map(({ event }) => event)).toContain('state');
    const nonsense = await open(token, '', 'nonsense');
    expect([nonsense.status, nonsense.events.items.length]).toEqual([200, 0]);
    const ancient = `${uuidFloor(Date.now() - 400_000).slice(0, 14)}${newId().slice(14)}`;
    await record({ id: ancient });
    const old = await open(token, '?only=attempt', '1');
    const [last] = await record({ succeeded: true });
    await waitUntil('the last one has come', () => old.events.items.some(({ data }) => data.id === last));
    expect(old.events.items.map(({ data }) => data.id)).not.toContain(encodeId('attempt', ancient));
  });

  it('shows 200 attempts at once and counts the rest', async () => {
    const { token, record } = await start();
    const stream = await open(token, '?only=attempt');
    await record(...Array.from({ length: 350 }, () => ({ number: null, delivery: null })));
    const events = await waitUntil('what was left out is told', () => {
      const { items } = stream.events;
      return items.some(({ event }) => event === 'skipped') ? items : null;
    });
    const shown = events.filter(({ event }) => event === 'attempt').length;
    const skipped = events.filter(({ event }) => event === 'skipped').reduce((sum, { data }) => sum + data.attempts, 0);
    expect(shown).toBeGreaterThanOrEqual(200);
    expect(shown + skipped).toBe(350);
  });
});

describe('a stream ends', () => {
  it('when its token is revoked', async () => {
    const { token, accountId } = await start();
    const stream = await open(token);
    await api.database.prisma.token.updateMany({ where: { accountId }, data: { revoked: new Date() } });
    await stream.ended;
    expect(await endOf(accountId)).toMatchObject({ status: 200, streamEnd: 'token', items: 0 });
    expect((await open(token)).status).toBe(401);
  });

  it('when its reader leaves, and is counted no more', async () => {
    const { token, accountId } = await start();
    for (let count = 0; count < MAX_STREAMS_OF_ACCOUNT; count += 1) await open(token);
    const refused = await open(token);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
    streams[0]?.leave();
    expect(await endOf(accountId)).toMatchObject({ streamEnd: 'left' });
    await waitUntil('there is a place again', async () => (await open(token)).status === 200);
  });

  it('of a webhook that the account does not have before it begins, and of a query that is wrong', async () => {
    const [one, other] = [await start(), await start()];
    expect((await open(one.token, `?webhookId=${other.webhook.id}`)).status).toBe(404);
    expect((await open(one.token, '?only=everything')).status).toBe(422);
    const head = await fetch(`${api.url}/v1/stream`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${one.token}` },
    });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('when the service stops, which does not wait for it', async () => {
    const own = await startTestApi({ log: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
    const { token } = await own.account('read');
    const stream = await readStream(own.url, '/v1/stream', { token });
    const startedAt = performance.now();
    await Promise.all([own.stop(), stream.ended]);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await own.close();
  });
});
