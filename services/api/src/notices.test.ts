import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NoticeView, encodeId } from '@posthorn/contracts';
import { finishNotice, newId, type Prisma } from '@posthorn/database';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const start = async () => {
  const { accountId, token } = await api.account('manage');
  const { id: webhookId } = await api.webhook(token, { name: 'CRM' });
  return {
    token,
    webhookId,
    async add(input: { webhookId?: number | null; lastError?: string } = {}): Promise<string> {
      const id = newId();
      const facts: Prisma.InputJsonObject = {
        webhookId,
        webhookName: 'as it was called',
        targetUrl: 'https://x.example',
      };
      const data = { id, accountId, webhookId, kind: 'too_many_errors', recipient: 'ops@example.com', facts, ...input };
      await api.database.prisma.notice.create({ data });
      return id;
    },
    async list(query = ''): Promise<{ items: NoticeView[]; nextCursor: string | null }> {
      const { status, body } = await api.call('GET', `/v1/notices${query}`, { token });
      expect(status).toBe(200);
      return body;
    },
  };
};
const idsOf = ({ items }: { items: NoticeView[] }) => items.map(({ id }) => id);
const publicIds = (...ids: string[]) =>
  ids
    .map((id) => encodeId('notice', id))
    .toSorted()
    .toReversed();

describe('the notices of an account', () => {
  it('are shown with what became of them: owed, sent, given up', async () => {
    const { webhookId, add, list } = await start();
    const [owed, sent, gone] = [await add(), await add(), await add({ webhookId: null })];
    await finishNotice(api.database, { id: sent, tries: 0, outcome: { kind: 'sent' } });
    await finishNotice(api.database, { id: gone, tries: 0, outcome: { kind: 'given_up', error: 'no such user' } });
    const { items, nextCursor } = await list();
    expect([idsOf({ items }), nextCursor]).toEqual([publicIds(owed, sent, gone), null]);
    const byId = new Map(items.map((item) => [item.id, item]));
    expect(byId.get(encodeId('notice', owed))).toEqual({
      id: encodeId('notice', owed),
      webhookId,
      webhookName: 'as it was called',
      kind: 'too_many_errors',
      recipient: 'ops@example.com',
      status: 'owed',
      created: expect.any(String),
      sent: null,
      tries: 0,
      lastError: null,
    });
    expect(byId.get(encodeId('notice', sent))).toMatchObject({ status: 'sent', sent: expect.stringMatching(/Z$/) });
    expect(byId.get(encodeId('notice', gone))).toMatchObject({
      status: 'given_up',
      webhookId: null,
      lastError: 'no such user',
    });
    expect(idsOf(await list('?status=owed'))).toEqual(publicIds(owed));
    expect(idsOf(await list('?status=sent'))).toEqual(publicIds(sent));
    expect(idsOf(await list('?status=given_up'))).toEqual(publicIds(gone));
    expect(idsOf(await list(`?webhookId=${webhookId}`))).toEqual(publicIds(owed, sent));
    expect(idsOf(await list(`?webhookId=${webhookId}&status=sent`))).toEqual(publicIds(sent));
  });

  it('are walked page by page exactly once', async () => {
    const { add, list } = await start();
    const ids: string[] = [];
    for (let nth = 0; nth < 5; nth += 1) ids.push(await add());
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...idsOf(page));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(publicIds(...ids));
  });

  it('of another account are not among them', async () => {
    const [one, two] = [await start(), await start()];
    await one.add();
    expect((await two.list()).items).toEqual([]);
    expect((await two.list(`?webhookId=${one.webhookId}`)).items).toEqual([]);
    const { token } = await api.account('publish');
    expect((await api.call('GET', '/v1/notices', { token })).status).toBe(403);
  });

  it.each([
    ['status=lost', 'status'],
    ['webhookId=x', 'webhookId'],
    ['cursor=x', 'cursor'],
  ])('%s is refused by the name of the parameter', async (query, path) => {
    const { token } = await api.account('read');
    const { status, body } = await api.call('GET', `/v1/notices?${query}`, { token });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});
