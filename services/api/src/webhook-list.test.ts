import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  ({ token } = await api.account('manage'));
  await api.webhook(token, { name: 'exact', events: ['contact.created'] });
  await api.webhook(token, { name: 'any contact', events: ['contact.*'], state: 'Stopped' });
  await api.webhook(token, { name: 'any created', events: ['*.created', 'sale.sold'] });
  await api.webhook(token, { name: 'all', events: ['*'] });
  await api.webhook(token, { name: 'other', events: ['sale.sold'] });
});
afterAll(() => api.close());

const names = async (query: string): Promise<string[]> => {
  const { status, body } = await api.call('GET', `/v1/webhooks?${query}`, { token });
  expect(status).toBe(200);
  return body.items.map((webhook: { name: string }) => webhook.name);
};

describe('filters', () => {
  it('lists all by ascending id, each as a single read shows it', async () => {
    const { body } = await api.call('GET', '/v1/webhooks', { token });
    const ids = body.items.map((webhook: { id: number }) => webhook.id);
    expect(ids).toEqual(ids.toSorted((a: number, b: number) => a - b));
    expect(ids).toHaveLength(5);
    expect(body.nextCursor).toBeNull();
    for (const webhook of body.items) {
      expect((await api.call('GET', `/v1/webhooks/${webhook.id}`, { token })).body).toEqual(webhook);
    }
  });

  it('event= with a type gives the webhooks that such an event reaches', async () => {
    expect(await names('event=contact.created')).toEqual(['exact', 'any contact', 'any created', 'all']);
    expect(await names('event=sale.sold')).toEqual(['any created', 'all', 'other']);
    expect(await names('event=nothing')).toEqual(['all']);
  });

  it('event= with a pattern gives the webhooks that list exactly this pattern', async () => {
    expect(await names('event=contact.*')).toEqual(['any contact']);
    expect(await names('event=*')).toEqual(['all']);
    expect(await names('event=*.*')).toEqual([]);
  });

  it('failing= gives those whose last attempt failed, or the others', async () => {
    const { prisma } = api.database;
    const { id } = await prisma.webhook.findFirstOrThrow({ where: { name: 'exact' } });
    const set = (consecutiveFailures: number) =>
      prisma.webhookHealth.update({ where: { webhookId: id }, data: { consecutiveFailures } });
    await set(2);
    expect(await names('failing=true')).toEqual(['exact']);
    expect(await names('failing=true&state=Stopped')).toEqual([]);
    expect(await names('failing=false')).toEqual(['any contact', 'any created', 'all', 'other']);
    await set(0);
    expect(await names('failing=true')).toEqual([]);
  });

  it('name= is exact, state= and the others combine', async () => {
    expect(await names('name=exact')).toEqual(['exact']);
    expect(await names('name=exac')).toEqual([]);
    expect(await names('name=%25')).toEqual([]);
    expect(await names('state=Stopped')).toEqual(['any contact']);
    expect(await names('state=Active&event=contact.created&name=all')).toEqual(['all']);
  });

  it.each([
    ['failing=yes', 'failing', 'any.only'],
    ['limit=0', 'limit', 'string.pattern.base'],
    ['limit=201', 'limit', 'string.pattern.base'],
    ['limit=ten', 'limit', 'string.pattern.base'],
    ['limit=5&limit=6', 'limit', 'string.base'],
    ['state=active', 'state', 'any.only'],
    ['event=a..b', 'event', 'string.pattern.base'],
    ['name=', 'name', 'string.empty'],
    ['name=%00', 'name', 'string.nul'],
    ['cursor=nonsense', 'cursor', 'cursor.invalid'],
    [`cursor=${Buffer.from('accounts:1').toString('base64url')}`, 'cursor', 'cursor.invalid'],
    [`cursor=${Buffer.from('webhooks:2147483648').toString('base64url')}`, 'cursor', 'cursor.invalid'],
    [`cursor=${Buffer.from("webhooks:1'").toString('base64url')}`, 'cursor', 'cursor.invalid'],
    ['colour=red', 'colour', 'object.unknown'],
  ])('%s is refused by the name of the parameter', async (query, path, code) => {
    const { status, body } = await api.call('GET', `/v1/webhooks?${query}`, { token });
    expect([status, body.code]).toEqual([422, 'validation_failed']);
    expect(body.errors).toEqual([expect.objectContaining({ path, code })]);
  });
});

describe('pages', () => {
  it('show every webhook exactly once, while others are made and deleted', async () => {
    const { token: walker } = await api.account('manage');
    const there: number[] = [];
    for (let n = 0; n < 9; n += 1) there.push((await api.webhook(walker)).id);
    const seen: number[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await api.call('GET', `/v1/webhooks?limit=2${query}`, { token: walker });
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map((webhook: { id: number }) => webhook.id));
      cursor = body.nextCursor;
      pages += 1;
      // What was shown goes, and something new comes: no page shifts.
      await api.call('DELETE', `/v1/webhooks/${seen.at(-1)}`, { token: walker });
      if (pages < 4) await api.webhook(walker);
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 9)).toEqual(there);
    expect(seen).toHaveLength(12);
  });

  it('end exactly: a last page that is full has no cursor', async () => {
    const { token: walker } = await api.account('manage');
    await api.webhook(walker);
    await api.webhook(walker);
    const { body } = await api.call('GET', '/v1/webhooks?limit=2', { token: walker });
    expect([body.items.length, body.nextCursor]).toEqual([2, null]);
  });
});
