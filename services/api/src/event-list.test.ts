import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '@posthorn/contracts';
import { insertEvent } from './testing/insert-rows.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const HOUR_MS = 3_600_000;
type NewEvent = Omit<Parameters<typeof insertEvent>[1], 'accountId'>;

/** An account of its own, with events of it and a way to look for them. */
const start = async () => {
  const { accountId, token } = await api.account('read');
  const now = Date.now();
  const list = async (query: Record<string, string> = {}) => {
    const { status, body } = await api.call('GET', `/v1/events?${new URLSearchParams(query)}`, { token });
    expect(status).toBe(200);
    return body;
  };
  return {
    accountId,
    now,
    add: async (event: NewEvent = {}) => encodeId('event', await insertEvent(api.database, { accountId, ...event })),
    list,
    find: async (query: Record<string, string>): Promise<string[]> =>
      (await list(query)).items.map(({ id }: { id: string }) => id),
  };
};

describe('the events of an account', () => {
  it('are shown newest first, over the days, each with the beginning of its data', async () => {
    const { add, list, now } = await start();
    const occurredAt = new Date('2026-01-02T03:04:05.678Z');
    const data = JSON.stringify({ text: 'é'.repeat(300) });
    const old = await add({ atMs: now - 50 * HOUR_MS, type: 'sale.sold', data, occurredAt, idempotencyKey: 'key-1' });
    const fresh = await add({ atMs: now });
    const body = await list();
    expect(body).toEqual({
      items: [
        expect.objectContaining({ id: fresh, type: 'contact.created', dataPreview: '{"id":1}' }),
        expect.anything(),
      ],
      nextCursor: null,
      searchedUntil: null,
    });
    expect(body.items[1]).toEqual({
      id: old,
      type: 'sale.sold',
      occurredAt: occurredAt.toISOString(),
      receivedAt: new Date(now - 50 * HOUR_MS).toISOString(),
      idempotencyKey: 'key-1',
      dataPreview: data.slice(0, 200),
    });
  });

  it('are found by type, by pattern and by time', async () => {
    const { add, find, now } = await start();
    const made = await add({ atMs: now - 3 * HOUR_MS });
    const sold = await add({ atMs: now - 2 * HOUR_MS, type: 'sale.sold' });
    const moved = await add({ atMs: now - HOUR_MS, type: 'contact.address.moved' });
    expect(await find({ type: 'sale.sold' })).toEqual([sold]);
    expect(await find({ type: 'contact.*' })).toEqual([made]);
    expect(await find({ type: '*.*.moved' })).toEqual([moved]);
    expect(await find({ type: '*' })).toEqual([moved, sold, made]);
    const at = (ms: number) => new Date(ms).toISOString();
    expect(await find({ since: at(now - 2 * HOUR_MS) })).toEqual([moved, sold]);
    expect(await find({ until: at(now - 2 * HOUR_MS) })).toEqual([made]);
    expect(await find({ since: at(now - 2 * HOUR_MS), until: at(now - HOUR_MS) })).toEqual([sold]);
    expect(await find({ since: at(now), until: at(now - HOUR_MS) })).toEqual([]);
    expect(await find({ since: '1969-01-01T00:00:00Z' })).toHaveLength(3);
  });

  it('are found by a text in their data: a string, a number, a name, whatever stands in it', async () => {
    const { add, find, now } = await start();
    const ada = await add({ atMs: now - 4, data: '{"name":"Ada Lovelace","id":4711}' });
    const odd = await add({ atMs: now - 3, data: String.raw`{"note":"100% of \"it\" _ \\ d"}` });
    const ascii = await add({ atMs: now - 2, data: String.raw`{"city":"M\u00fcnchen"}` });
    const utf = await add({ atMs: now - 1, data: '{"city":"Münster"}' });
    expect(await find({ data: 'Ada' })).toEqual([ada]);
    expect(await find({ data: '471' })).toEqual([ada]);
    expect(await find({ data: '"name"' })).toEqual([ada]);
    expect(await find({ data: 'ada' })).toEqual([]);
    expect(await find({ data: '100% of "it" _ \\ d' })).toEqual([odd]);
    expect(await find({ data: '100_' })).toEqual([]);
    expect(await find({ data: 'München' })).toEqual([ascii]);
    expect(await find({ data: 'Mün' })).toEqual([utf, ascii]);
    expect(await find({ data: 'city', type: 'sale.sold' })).toEqual([]);
  });

  it('are found by an idempotency key: at once while it is kept, by a search after that', async () => {
    const { accountId, add, list, find, now } = await start();
    const key = 'order-17';
    const older = await add({ atMs: now - 30 * HOUR_MS, idempotencyKey: key });
    const newer = await add({ atMs: now - HOUR_MS, idempotencyKey: key });
    for (let nth = 0; nth < 3; nth += 1) await add({ atMs: now - 20 * HOUR_MS });
    expect(await find({ idempotencyKey: key })).toEqual([newer, older]);

    const { prisma } = api.database;
    const uuid = (
      await prisma.event.findFirstOrThrow({ where: { accountId, idempotencyKey: key }, orderBy: { id: 'desc' } })
    ).id;
    const kept = { accountId, key, bodyHash: Buffer.alloc(32), eventId: uuid, expires: new Date(now + HOUR_MS) };
    await prisma.idempotencyKey.create({ data: kept });
    const first = await list({ idempotencyKey: key, limit: '50' });
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual([newer]);
    const second = await list({ idempotencyKey: key, cursor: first.nextCursor });
    expect(second.items.map(({ id }: { id: string }) => id)).toEqual([older]);
    expect(second.nextCursor).toBeNull();
    expect(await find({ idempotencyKey: key, type: 'sale.sold' })).toEqual([]);
    expect(await find({ idempotencyKey: key, since: new Date(now - 1000).toISOString() })).toEqual([]);
    expect(await find({ idempotencyKey: 'other' })).toEqual([]);
  });

  it('are walked exactly once, with and without filters, while new ones arrive', async () => {
    const { add, list, now } = await start();
    const wanted: string[] = [];
    // Several of one millisecond among them: pages are bound to ids, not to times.
    for (const age of [0, 1, 1, 1, 2, 30 * HOUR_MS]) {
      wanted.push(await add({ atMs: now - age, data: '{"wanted":true}' }));
      await add({ atMs: now - age });
    }
    for (const filter of [{ data: 'wanted' }, {}]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: { items: { id: string }[]; nextCursor: string | null; searchedUntil: string | null } = await list({
          ...filter,
          limit: '2',
          ...(cursor === '' ? {} : { cursor }),
        });
        seen.push(...page.items.map(({ id }) => id));
        expect(page.searchedUntil === null).toBe(page.nextCursor === null);
        cursor = page.nextCursor;
        await add({ atMs: now + 1000 });
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(wanted.every((id) => seen.includes(id))).toBe(true);
    }
  });

  it('of another account are not among them, whatever is asked for, and a token needs the scope', async () => {
    const [one, two] = [await start(), await start()];
    const theirs = await one.add({ data: '{"secret":"of one"}', idempotencyKey: 'shared' });
    expect((await two.list()).items).toEqual([]);
    expect(await two.find({ data: 'of one' })).toEqual([]);
    expect(await two.find({ idempotencyKey: 'shared' })).toEqual([]);
    expect(await one.find({ idempotencyKey: 'shared' })).toEqual([theirs]);
    const { token } = await api.account('publish');
    expect((await api.call('GET', '/v1/events', { token })).status).toBe(403);
    expect((await api.call('GET', '/v1/events')).status).toBe(401);
  });

  it.each([
    ['type=a..b', 'type', 'string.pattern.base'],
    ['idempotencyKey=a%20b', 'idempotencyKey', 'string.pattern.base'],
    ['since=yesterday', 'since', 'timestamp.form'],
    [`data=${'x'.repeat(201)}`, 'data', 'string.max'],
    ['data=%00', 'data', 'string.nul'],
    [
      `cursor=${Buffer.from('account-deliveries:00000000-0000-0000-0000-000000000000').toString('base64url')}`,
      'cursor',
      'cursor.invalid',
    ],
  ])('%s is refused by the name of the parameter', async (query, path, code) => {
    const { token } = await api.account('read');
    const { status, body } = await api.call('GET', `/v1/events?${query}`, { token });
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ path, code })]);
  });

  it('have a path that other methods are refused on, and that publishing has elsewhere', async () => {
    const { token } = await api.account('manage', 'publish');
    const answer = await api.call('DELETE', '/v1/events', { token });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});
