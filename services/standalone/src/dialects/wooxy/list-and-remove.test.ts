import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configOf, newWebhook, startTestWooxy, type TestWooxy } from '../../testing/start-test-wooxy.ts';

let wooxy: TestWooxy;

beforeAll(async () => {
  wooxy = await startTestWooxy();
});
afterAll(() => wooxy.close());

const idOf = async (values: Record<string, unknown>, token?: string): Promise<number> => {
  return configOf(await wooxy.call('create', newWebhook(values), token)).id;
};

describe('webhook/list', () => {
  test('of an account without webhooks is the documented error, which is no failure of the call', async () => {
    const account = await wooxy.account('read');
    const { status, text } = await wooxy.call('list', {}, account.token);
    expect(status).toBe(200);
    expect(text).toBe('{"result":false,"errors":["There is no web hook configurations in your account"]}');
    const line = wooxy.pipeline.logLines().findLast((entry) => entry['path'] === '/v3/webhook/list');
    expect(line).toMatchObject({ status: 200 });
    expect(line).not.toHaveProperty('errorCode');
  });

  test('has every webhook of the account, the oldest first, its keys in the order of the document', async () => {
    const account = await wooxy.account('manage', 'read');
    const first = await idOf({ title: 'first', url: 'https://a.example.com/1' }, account.token);
    const second = await idOf({ title: 'second', url: 'https://a.example.com/2', events: ['hard'] }, account.token);
    const registered = new Date('2033-07-27T12:41:38.999Z');
    await wooxy.pipeline.database.prisma.webhook.updateMany({
      where: { id: { in: [first, second] } },
      data: { registered },
    });
    const domain = await wooxy.pipeline.database.prisma.domain.findFirst({ where: { accountId: account.accountId } });
    const { status, text } = await wooxy.call('list', {}, account.token);
    const entry = (id: number, title: string, url: string, events: string[]) => ({
      id,
      title,
      url,
      createdAt: '2033-07-27 12:41:38',
      domain: { id: String(domain?.id), name: 'example.com' },
      events,
    });
    expect(status).toBe(200);
    expect(text).toBe(
      JSON.stringify({
        result: true,
        data: [
          entry(first, 'first', 'https://a.example.com/1', ['read', 'click']),
          entry(second, 'second', 'https://a.example.com/2', ['hard']),
        ],
      }),
    );
  });

  test('has nothing of other accounts', async () => {
    const [own, other] = [await wooxy.account('manage', 'read'), await wooxy.account('manage', 'read')];
    await idOf({}, other.token);
    const id = await idOf({}, own.token);
    const { body } = await wooxy.call('list', {}, own.token);
    expect(body?.data).toEqual([expect.objectContaining({ id })]);
  });

  test.each([
    ['a zero-length body', ''],
    ['an empty array, as PHP writes one', '[]'],
    ['an empty object', '{}'],
    ['blanks', ' \r\n'],
    ['a byte order mark', '\ufeff{}'],
    ['arguments that it does not have', '{"page":2,"filter":[]}'],
  ])('takes %s', async (_what, body) => {
    const account = await wooxy.account('manage');
    await idOf({}, account.token);
    const headers = { 'Access-Token': account.token, 'Content-Type': 'application/json' };
    const answer = await wooxy.send({ path: '/v3/webhook/list', headers, body });
    expect([answer.status, answer.body?.result]).toEqual([200, true]);
    expect(answer.body).not.toHaveProperty('errors');
  });
});

describe('webhook/remove', () => {
  test('removes a webhook, by a number or a text, once', async () => {
    for (const spell of [Number, String]) {
      const id = await idOf({});
      const { status, text } = await wooxy.call('remove', { id: spell(id) });
      expect([status, text]).toEqual([200, '{"result":true}']);
      await expect(wooxy.pipeline.client.webhooks.get(id)).rejects.toMatchObject({ status: 404 });
      const again = await wooxy.call('remove', { id: spell(id) });
      expect([again.status, again.body?.errors]).toEqual([400, [`Web hook config ${id} not found in your account`]]);
    }
  });

  test('finds nothing of other accounts, and leaves it there', async () => {
    const id = await idOf({});
    const stranger = await wooxy.account('manage', 'read', 'publish');
    const { status, body } = await wooxy.call('remove', { id }, stranger.token);
    expect([status, body?.errors]).toEqual([400, [`Web hook config ${id} not found in your account`]]);
    expect((await wooxy.pipeline.client.webhooks.get(id)).id).toBe(id);
  });

  test.each([
    [''],
    ['YOUR_WEBHOOK_ID'],
    ['-1'],
    ['1.0'],
    ['1e3'],
    [' 1'],
    [0],
    ['0'],
    [-5],
    [1.5],
    [true],
    [[1]],
    [{}],
  ])('the id %j is no positive integer', async (id) => {
    const { status, body } = await wooxy.call('remove', { id });
    expect([status, body]).toEqual([400, { result: false, errors: ['Argument id must be a positive integer'] }]);
  });

  test.each([[{}], [{ id: null }], [{ ID: 7 }], [[]]])('%j has no id', async (input) => {
    const { status, body } = await wooxy.call('remove', input);
    expect([status, body]).toEqual([400, { result: false, errors: ['Argument id required'] }]);
  });

  test.each([987_654, '987654', 2_147_483_648, '2147483648', 4_294_967_297, '99999999999999999999'])(
    'the id %j is nobody’s',
    async (id) => {
      const { status, body } = await wooxy.call('remove', { id });
      const shown = id === '99999999999999999999' ? '100000000000000000000' : String(id);
      expect([status, body?.errors]).toEqual([400, [`Web hook config ${shown} not found in your account`]]);
    },
  );
});
