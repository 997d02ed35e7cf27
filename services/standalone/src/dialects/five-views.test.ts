import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebhookView } from '@posthorn/client';
import { createDialectCaller } from '../testing/call-dialect.ts';
import { startTestPipeline, type TestPipeline } from '../testing/start-test-pipeline.ts';

type Caller = ReturnType<typeof createDialectCaller>;

let pipeline: TestPipeline;
let superoffice: Caller;
let sonar: Caller;
let passona: Caller;
let wooxy: Caller;

beforeAll(async () => {
  pipeline = await startTestPipeline();
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  superoffice = createDialectCaller(pipeline, bearer);
  passona = createDialectCaller(pipeline, bearer);
  sonar = createDialectCaller(pipeline, (token) => ({ 'x-token': token }));
  wooxy = createDialectCaller(pipeline, (token) => ({ 'access-token': token }));
});
afterAll(() => pipeline.close());
afterEach(async () => {
  for await (const { id } of pipeline.client.webhooks.listAll()) await pipeline.client.webhooks.delete(id);
});

const URL_MADE = 'https://example.com/made';
const native = () => pipeline.client.webhooks;

/** How each API makes a webhook. */
const makers: Record<string, () => Promise<unknown>> = {
  native: () => native().create({ name: 'made', events: ['contact.created'], targetUrl: URL_MADE }),
  superoffice: () =>
    superoffice('POST', '/api/v1/Webhook', { Name: 'made', Events: ['contact.created'], TargetUrl: URL_MADE }),
  sonar: () =>
    sonar('POST', '/api/v1/webhooks', {
      name: 'made',
      active: true,
      settings: { outbound_message: true },
      url: URL_MADE,
    }),
  passona: () => passona('POST', '/api/2.0/webhooks', { name: 'made', url: URL_MADE }),
  wooxy: () =>
    wooxy('POST', '/v3/webhook/create', { title: 'made', url: URL_MADE, domain: 'example.com', events: ['click'] }),
};

interface View {
  /** Name and URL as this API shows them. */
  read(webhook: WebhookView): Promise<{ name: string; url: string }>;
  /** Null: this API cannot change a webhook. */
  rename: ((webhook: WebhookView, name: string) => Promise<unknown>) | null;
  remove(webhook: WebhookView): Promise<unknown>;
}

const views: Record<string, View> = {
  native: {
    read: async ({ id }) => {
      const { name, targetUrl: url } = await native().get(id);
      return { name, url };
    },
    rename: ({ id }, name) => native().update(id, { name }),
    remove: ({ id }) => native().delete(id),
  },
  superoffice: {
    read: async ({ id }) => {
      const { body } = await superoffice('GET', `/api/v1/Webhook/${id}`);
      return { name: body.Name, url: body.TargetUrl };
    },
    rename: async ({ id }, name) => {
      const { body } = await superoffice('GET', `/api/v1/Webhook/${id}`);
      return superoffice('PUT', `/api/v1/Webhook/${id}`, { ...body, Name: name });
    },
    remove: ({ id }) => superoffice('DELETE', `/api/v1/Webhook/${id}`),
  },
  sonar: {
    read: async ({ id }) => {
      const { body } = await sonar('GET', `/api/v1/webhooks/${id}`);
      return { name: body.name, url: body.url };
    },
    rename: ({ id }, name) => sonar('PUT', `/api/v1/webhooks/${id}`, { webhook: { name } }),
    remove: ({ id }) => sonar('DELETE', `/api/v1/webhooks/${id}`),
  },
  passona: {
    read: async ({ uuid }) => {
      const { body } = await passona('GET', `/api/2.0/webhooks/${uuid}`);
      return { name: body.data.name, url: body.data.url };
    },
    rename: ({ uuid }, name) => passona('PUT', `/api/2.0/webhooks/${uuid}`, { name }),
    remove: ({ uuid }) => passona('DELETE', `/api/2.0/webhooks/${uuid}`),
  },
  wooxy: {
    read: async ({ id }) => {
      const { body } = await wooxy('POST', '/v3/webhook/list', {});
      const own = (body.data as { id: number; title: string; url: string }[]).find((webhook) => webhook.id === id);
      return { name: own?.title ?? '', url: own?.url ?? '' };
    },
    rename: null,
    remove: ({ id }) => wooxy('POST', '/v3/webhook/remove', { id }),
  },
};

/** What may differ between two looks at a webhook that was only renamed. */
const steady = ({ name: _name, updated: _updated, updatedBy: _updatedBy, ...rest }: WebhookView) => rest;

describe.each(Object.keys(makers))('a webhook made through %s', (maker) => {
  test.each(Object.keys(views))('is read, renamed without loss and removed through %s', async (viewer) => {
    await makers[maker]?.();
    const [webhook] = (await native().list()).items;
    const view = views[viewer];
    if (webhook === undefined || view === undefined) throw new Error('There is no webhook.');
    expect(webhook).toMatchObject({ name: 'made', state: 'Active' });
    expect(webhook.format).toBe(maker === 'native' ? 'standard' : maker);
    expect(await view.read(webhook)).toEqual({ name: 'made', url: URL_MADE });
    if (view.rename !== null) {
      const secret = await native().secret(webhook.id);
      await view.rename(webhook, 'renamed');
      const after = await native().get(webhook.id);
      expect(after.name).toBe('renamed');
      // All that the other API has no word for is as it was.
      expect(steady(after)).toEqual(steady(webhook));
      expect(await native().secret(webhook.id)).toEqual(secret);
    }
    await view.remove(webhook);
    expect((await native().list()).items).toEqual([]);
  });
});
