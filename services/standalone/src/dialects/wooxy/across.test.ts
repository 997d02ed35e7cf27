import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  configOf,
  newWebhook,
  startTestWooxy,
  type TestWooxy,
  type WooxyConfig,
} from '../../testing/start-test-wooxy.ts';

let wooxy: TestWooxy;

beforeAll(async () => {
  wooxy = await startTestWooxy();
});
afterAll(() => wooxy.close());

interface Listed extends WooxyConfig {
  createdAt: string;
}

const listed = async (id: number): Promise<Listed | undefined> => {
  const { body } = await wooxy.call('list', {});
  return (body?.data as Listed[] | undefined)?.find((webhook) => webhook.id === id);
};

const createHere = async (): Promise<WooxyConfig> => configOf(await wooxy.call('create', newWebhook()));

describe('a webhook of the native API', () => {
  test('is listed here without a domain, and can be removed here', async () => {
    const native = await wooxy.pipeline.client.webhooks.create({
      name: 'native',
      events: ['contact.*', '*'],
      targetUrl: 'https://crm.example.com/native',
      state: 'Stopped',
      httpMethod: 'PUT',
    });
    expect(await listed(native.id)).toEqual({
      id: native.id,
      title: 'native',
      url: 'https://crm.example.com/native',
      createdAt: native.registered.slice(0, 19).replace('T', ' '),
      domain: { id: '', name: '' },
      events: ['contact.*', '*'],
    });
    expect((await wooxy.call('remove', { id: native.id })).text).toBe('{"result":true}');
    await expect(wooxy.pipeline.client.webhooks.get(native.id)).rejects.toMatchObject({ status: 404 });
  });

  test('of the format wooxy is called back by its rules: only POST', async () => {
    const body = { name: 'n', events: ['read'], targetUrl: 'https://crm.example.com/n', format: 'wooxy' };
    const native = await wooxy.pipeline.client.webhooks.create(body);
    expect(native).toMatchObject({ format: 'wooxy', httpMethod: 'POST' });
    expect((await listed(native.id))?.domain).toEqual({ id: '', name: '' });
    await expect(wooxy.pipeline.client.webhooks.create({ ...body, httpMethod: 'PUT' })).rejects.toMatchObject({
      status: 422,
    });
  });
});

describe('a webhook of this API', () => {
  test('shows here what the native API changed, and keeps its domain', async () => {
    const config = await createHere();
    await wooxy.pipeline.client.webhooks.update(config.id, {
      name: 'renamed',
      events: ['contact.created'],
      targetUrl: 'https://crm.example.com/changed',
      state: 'Stopped',
    });
    expect(await listed(config.id)).toMatchObject({
      title: 'renamed',
      url: 'https://crm.example.com/changed',
      domain: config.domain,
      events: ['contact.created'],
    });
  });

  test('can be given what this API has no words for', async () => {
    const config = await createHere();
    const changed = await wooxy.pipeline.client.webhooks.update(config.id, {
      headers: { 'X-Key': 'k' },
      properties: { tenant: 7 },
      errorsEmail: 'ops@example.com',
      retry: { delaysSeconds: [1], jitter: 0 },
    });
    expect(changed).toMatchObject({ properties: { tenant: 7 }, errorsEmail: 'ops@example.com', format: 'wooxy' });
    expect(await listed(config.id)).toMatchObject({ title: 'Newsletter', domain: config.domain });
  });

  test('is gone here when the native API deleted it', async () => {
    const config = await createHere();
    await wooxy.pipeline.client.webhooks.delete(config.id);
    expect(await listed(config.id)).toBeUndefined();
    const { body } = await wooxy.call('remove', { id: config.id });
    expect(body?.errors).toEqual([`Web hook config ${config.id} not found in your account`]);
  });
});

test('a kept domain of another form than ours shows as none', async () => {
  const config = await createHere();
  const kept = [{}, { wooxy: null }, { wooxy: { domain: 'example.com' } }, { wooxy: { domain: { id: 7, name: 'a' } } }];
  for (const dialectData of kept) {
    await wooxy.pipeline.database.prisma.webhook.update({ where: { id: config.id }, data: { dialectData } });
    expect((await listed(config.id))?.domain).toEqual({ id: '', name: '' });
  }
});
