import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { createPosthornClient, type PosthornClient } from './index.ts';

const PAGES: Record<string, unknown> = {
  first: { items: [{ id: 1 }, { id: 2 }], nextCursor: 'second' },
  second: { items: [], nextCursor: 'third' },
  third: { items: [{ id: 3 }], nextCursor: null },
};

let server: Receiver;
let client: PosthornClient;
let before = 0;

beforeAll(async () => {
  server = await startReceiver((request) => {
    const cursor = new URL(request.path, 'http://x').searchParams.get('cursor') ?? 'first';
    return { status: 200, body: JSON.stringify(PAGES[cursor]) };
  });
  client = createPosthornClient({ baseUrl: server.url, token: 't' });
});

beforeEach(() => {
  before = server.requests.length;
});

afterAll(() => server.close());

const paths = () => server.requests.slice(before).map((request) => request.path);

const collect = async (items: AsyncIterable<{ id: unknown }>): Promise<unknown[]> => {
  const ids: unknown[] = [];
  for await (const item of items) ids.push(item.id);
  return ids;
};

describe('listing all', () => {
  test.each([
    [
      'webhooks.listAll',
      () => client.webhooks.listAll({ limit: 2, state: 'Active' }),
      '/v1/webhooks?limit=2&state=Active',
    ],
    [
      'webhooks.deliveriesAll',
      () => client.webhooks.deliveriesAll(7, { limit: 2 }),
      '/v1/webhooks/7/deliveries?limit=2',
    ],
    ['events.listAll', () => client.events.listAll({ data: 'x' }), '/v1/events?data=x'],
    ['deliveries.listAll', () => client.deliveries.listAll({ webhookId: 7 }), '/v1/deliveries?webhookId=7'],
    ['notices.listAll', () => client.notices.listAll({ status: 'sent' }), '/v1/notices?status=sent'],
    ['replays.listAllOfAccount', () => client.replays.listAllOfAccount({ limit: 2 }), '/v1/replays?limit=2'],
    ['accounts.listAll', () => client.accounts.listAll({ limit: 2 }), '/v1/accounts?limit=2'],
    ['tokens.listAll', () => client.tokens.listAll(3, { limit: 2 }), '/v1/accounts/3/tokens?limit=2'],
  ])('%s goes through every page, also an empty one, and ends with the last', async (_name, listAll, path) => {
    expect(await collect(listAll())).toEqual([1, 2, 3]);
    expect(paths()).toEqual([path, `${path}&cursor=second`, `${path}&cursor=third`]);
  });

  test('starts where a cursor says', async () => {
    expect(await collect(client.webhooks.listAll({ cursor: 'third' }))).toEqual([3]);
    expect(paths()).toEqual(['/v1/webhooks?cursor=third']);
  });

  test('asks for no page that nobody reads', async () => {
    for await (const webhook of client.webhooks.listAll()) {
      expect(webhook.id).toBe(1);
      break;
    }
    expect(paths()).toEqual(['/v1/webhooks']);
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const ids: number[] = [];
    const reading = (async () => {
      for await (const { id } of client.webhooks.listAll({}, { signal: controller.signal })) {
        ids.push(id);
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(ids).toEqual([1, 2]);
    expect(paths()).toEqual(['/v1/webhooks']);
  });
});
