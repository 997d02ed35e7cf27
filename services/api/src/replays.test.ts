import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { newId } from '@posthorn/database';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let accountId: number;
let token: string;
let webhookId: number;

beforeAll(async () => {
  api = await startTestApi();
  ({ accountId, token } = await api.account('manage'));
});
beforeEach(async () => {
  ({ id: webhookId } = await api.webhook(token));
});
afterAll(() => api.close());

const replay = (body?: unknown, id = webhookId) => api.call('POST', `/v1/webhooks/${id}/replay`, { token, body });
const rows = () => api.database.prisma.replay.findMany({ where: { webhookId } });

describe('asking for a replay', () => {
  it('is accepted once it is stored, with everything left open filled in', async () => {
    const earliest = Date.now();
    const { status, body, headers } = await replay();
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/replays/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^rpl_/),
      webhookId,
      state: 'pending',
      stateReason: null,
      filter: { since: null, until: expect.any(String), status: ['failed', 'held'], eventType: null },
      total: null,
      done: 0,
      succeeded: 0,
      failed: 0,
      skipped: 0,
      created: expect.any(String),
      createdBy: 'token for manage',
      finished: null,
    });
    expect(Date.parse(body.filter.until)).toBeGreaterThan(earliest);
    expect(await rows()).toMatchObject([{ accountId, state: 'pending', finished: null, wakeAt: expect.any(Date) }]);
    expect((await api.call('GET', `/v1/replays/${body.id}`, { token })).body).toEqual(body);
  });

  it('keeps its filter, with times in UTC, and never reaches into the future', async () => {
    const filter = {
      since: '2026-01-31T10:30:00+02:00',
      until: '2026-02-01T00:00:00Z',
      status: ['succeeded'],
      eventType: '*.sold',
    };
    const { body } = await replay(filter);
    expect(body.filter).toEqual({
      since: '2026-01-31T08:30:00.000Z',
      until: '2026-02-01T00:00:00.000Z',
      status: ['succeeded'],
      eventType: '*.sold',
    });
    await api.call('POST', `/v1/replays/${body.id}/cancel`, { token });
    const later = await replay({ until: '2999-01-01T00:00:00Z' });
    expect(Date.parse(later.body.filter.until)).toBeLessThanOrEqual(Date.now() + 1);
  });

  it.each<[object | string | null, string, string]>([
    [{ since: 'yesterday' }, '/since', 'timestamp.form'],
    [{ until: '2026-02-30T00:00:00Z' }, '/until', 'timestamp.form'],
    [{ since: '2026-02-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }, '/since', 'date.range'],
    [{ since: '2999-02-01T00:00:00Z' }, '/since', 'date.range'],
    [{ status: 'held' }, '/status', 'array.base'],
    [{ status: [] }, '/status', 'array.min'],
    [{ status: ['pending'] }, '/status/0', 'any.only'],
    [{ status: ['held', 'held'] }, '/status/1', 'array.unique'],
    [{ eventType: 'a..b' }, '/eventType', 'string.pattern.base'],
    [{ all: true }, '/all', 'object.unknown'],
    [null, '', 'object.base'],
  ])('is refused with %j, by a pointer to what is wrong', async (body, path, code) => {
    const answer = await api.call('POST', `/v1/webhooks/${webhookId}/replay`, { token, text: JSON.stringify(body) });
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path, code })]);
    expect(await rows()).toEqual([]);
  });

  it.each(['Stopped', 'TooManyErrors'])('is 409 while the webhook is %s, and nothing is stored', async (state) => {
    await api.database.prisma.webhook.update({ where: { id: webhookId }, data: { state } });
    const answer = await replay();
    expect([answer.status, answer.body.code]).toEqual([409, 'webhook_not_active']);
    expect(answer.body.detail).toContain(state);
    expect(await rows()).toEqual([]);
  });

  it('is 409 while another one of the webhook is not over, and tells which', async () => {
    const first = await replay();
    const second = await replay({ status: ['held'] });
    expect([second.status, second.body.code]).toEqual([409, 'replay_in_progress']);
    expect(second.body.detail).toContain(first.body.id);
    const other = await api.webhook(token);
    expect((await replay({}, other.id)).status).toBe(202);
    await api.call('POST', `/v1/replays/${first.body.id}/cancel`, { token, body: {} });
    expect((await replay()).status).toBe(202);
  });

  it('is for those who may manage; those who may read see it', async () => {
    const readToken = await api.tokenOf(accountId, 'read');
    const path = `/v1/webhooks/${webhookId}/replay`;
    expect((await api.call('POST', path, { token: readToken })).status).toBe(403);
    expect((await api.call('POST', path)).status).toBe(401);
    const { id } = (await replay()).body;
    expect((await api.call('GET', `/v1/replays/${id}`, { token: readToken })).status).toBe(200);
    expect((await api.call('GET', `/v1/webhooks/${webhookId}/replays`, { token: readToken })).status).toBe(200);
    expect((await api.call('POST', `/v1/replays/${id}/cancel`, { token: readToken })).status).toBe(403);
  });
});

describe('a replay', () => {
  it('is cancelled at once, and cancelling again changes nothing', async () => {
    const { id } = (await replay()).body;
    const first = await api.call('POST', `/v1/replays/${id}/cancel`, { token });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ id, state: 'cancelled', finished: expect.any(String) });
    const again = await api.call('POST', `/v1/replays/${id}/cancel`, { token, body: {} });
    expect(again.body).toEqual(first.body);
    const refused = await api.call('POST', `/v1/replays/${id}/cancel`, { token, body: { now: true } });
    expect(refused.body.errors).toEqual([expect.objectContaining({ path: '/now', code: 'object.unknown' })]);
  });

  it('that is over stays as it is when it is cancelled', async () => {
    const { id } = (await replay()).body;
    await api.database.prisma.replay.updateMany({
      where: { webhookId },
      data: {
        state: 'done',
        finished: new Date(),
        wakeAt: null,
        counted: true,
        total: 3,
        done: 3,
        succeeded: 1,
        failed: 1,
      },
    });
    const answer = await api.call('POST', `/v1/replays/${id}/cancel`, { token });
    expect(answer.body).toMatchObject({ state: 'done', total: 3, done: 3, succeeded: 1, failed: 1, skipped: 1 });
  });

  it('that is paused tells why', async () => {
    const { id } = (await replay()).body;
    await api.database.prisma.replay.updateMany({ where: { webhookId }, data: { state: 'paused' } });
    await api.database.prisma.webhook.update({ where: { id: webhookId }, data: { state: 'Stopped' } });
    const { body } = await api.call('GET', `/v1/replays/${id}`, { token });
    expect(body.stateReason).toBe('The webhook is Stopped; the replay goes on when it is Active again.');
  });

  it('is listed with the others of its webhook, newest first, page by page', async () => {
    const ids: string[] = [];
    for (let nth = 0; nth < 3; nth += 1) {
      const { id } = (await replay()).body;
      ids.unshift(id);
      await api.call('POST', `/v1/replays/${id}/cancel`, { token });
    }
    const path = `/v1/webhooks/${webhookId}/replays?limit=2`;
    const first = (await api.call('GET', path, { token })).body;
    const second = (await api.call('GET', `${path}&cursor=${encodeURIComponent(first.nextCursor)}`, { token })).body;
    expect([...first.items, ...second.items].map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });

  it("is nobody else's: 404 for another account, for none, and for what is no id", async () => {
    const { id } = (await replay()).body;
    const stranger = await api.account('manage');
    for (const [path, who] of [
      [`/v1/replays/${id}`, stranger.token],
      [`/v1/webhooks/${webhookId}/replays`, stranger.token],
      [`/v1/replays/${encodeId('replay', newId())}`, token],
      ['/v1/replays/1', token],
      ['/v1/webhooks/0/replays', token],
    ] as const) {
      expect([path, (await api.call('GET', path, { token: who })).status]).toEqual([path, 404]);
    }
    const cancel = await api.call('POST', `/v1/replays/${id}/cancel`, { token: stranger.token });
    expect(cancel.status).toBe(404);
    expect((await replay({}, 999_999)).status).toBe(404);
  });
});

describe('the replays of an account', () => {
  const list = async (query = '') => {
    const { status, body } = await api.call('GET', `/v1/replays${query}`, { token });
    expect(status).toBe(200);
    return body;
  };

  it('are those of all webhooks, newest first, by state, and walked exactly once', async () => {
    const own = await api.account('manage');
    ({ token, accountId } = own);
    const ids: string[] = [];
    for (let nth = 0; nth < 3; nth += 1) ids.push((await replay(undefined, (await api.webhook(token)).id)).body.id);
    await api.call('POST', `/v1/replays/${ids[1]}/cancel`, { token });
    const newestFirst = ids.toSorted().toReversed();
    const { items, nextCursor } = await list();
    expect([items.map(({ id }: { id: string }) => id), nextCursor]).toEqual([newestFirst, null]);
    expect((await list('?state=cancelled')).items).toMatchObject([{ id: ids[1], state: 'cancelled' }]);
    expect((await list('?state=running')).items).toEqual([]);
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(items);
    const stranger = await api.account('read');
    expect((await api.call('GET', '/v1/replays', { token: stranger.token })).body.items).toEqual([]);
    expect((await api.call('GET', '/v1/replays?state=lost', { token })).status).toBe(422);
  });
});
