import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDialectCaller } from '../testing/call-dialect.ts';
import { startTestPipeline, type TestPipeline } from '../testing/start-test-pipeline.ts';

type Caller = ReturnType<typeof createDialectCaller>;

let pipeline: TestPipeline;

beforeAll(async () => {
  // One proxy in front: what it says of the client is believed, what the client says of itself is not.
  pipeline = await startTestPipeline({ TRUST_PROXY: '1' });
});
afterAll(() => pipeline.close());

const URL_MADE = 'https://example.com/made';
const PROXY = {
  'x-forwarded-for': '203.0.113.9, 198.51.100.7',
  'user-agent': 'a vendor client',
  'x-request-id': 'call-0001',
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}`, ...PROXY });

/** What each dialect can change, call by call, and the lines that must follow. */
const CASES: {
  api: string;
  authorize(token: string): Record<string, string>;
  run(call: Caller): Promise<void>;
  lines: [action: string, changed: string[]][];
}[] = [
  {
    api: 'superoffice',
    authorize: bearer,
    async run(call) {
      const fields = { Name: 'made', Events: ['contact.created'], TargetUrl: URL_MADE };
      const { body } = await call('POST', '/api/v1/Webhook', fields);
      await call('PUT', `/api/v1/Webhook/${body.WebhookId}`, { ...body, Name: 'renamed', State: 2 });
      await call('DELETE', `/api/v1/Webhook/${body.WebhookId}`);
    },
    lines: [
      ['webhook.create', []],
      ['webhook.update', ['name', 'state']],
      ['webhook.delete', []],
    ],
  },
  {
    api: 'sonar',
    authorize: (token) => ({ 'x-token': token, ...PROXY }),
    async run(call) {
      const fields = { name: 'made', active: true, settings: { outbound_message: true }, url: URL_MADE };
      const { body } = await call('POST', '/api/v1/webhooks', fields);
      await call('PUT', `/api/v1/webhooks/${body.id}`, { webhook: { name: 'renamed' } });
      await call('DELETE', `/api/v1/webhooks/${body.id}`);
    },
    lines: [
      ['webhook.create', []],
      ['webhook.update', ['name']],
      ['webhook.delete', []],
    ],
  },
  {
    api: 'passona',
    authorize: bearer,
    async run(call) {
      const { body } = await call('POST', '/api/2.0/webhooks', { name: 'made', url: URL_MADE });
      const path = `/api/2.0/webhooks/${body.data.uuid}`;
      await call('PUT', path, { headers: { Authorization: 'Basic hidden-value' } });
      await call('DELETE', path);
    },
    lines: [
      ['webhook.create', []],
      ['webhook.update', ['headers']],
      ['webhook.delete', []],
    ],
  },
  {
    api: 'wooxy',
    authorize: (token) => ({ 'access-token': token, ...PROXY }),
    async run(call) {
      const fields = { title: 'made', url: URL_MADE, domain: 'example.com', events: ['click'] };
      const { body } = await call('POST', '/v3/webhook/create', fields);
      await call('POST', '/v3/webhook/remove', { id: body.config.id });
    },
    lines: [
      ['domain.create', []],
      ['webhook.create', []],
      ['webhook.delete', []],
    ],
  },
];

describe('the audit log', () => {
  test.each(CASES)(
    'has one line for each change made through the API of $api',
    async ({ api, authorize, run, lines }) => {
      await run(createDialectCaller(pipeline, authorize));
      const { items } = await pipeline.client.audit.list({ limit: 200 });
      const own = items.filter((entry) => entry.api === api).toReversed();
      expect(own.map(({ action, changed }) => [action, changed])).toEqual(lines);
      for (const entry of own) {
        expect(entry).toMatchObject({
          actor: { type: 'token', name: 'POSTHORN_TOKEN', tokenId: expect.stringMatching(/^tok_/) },
          address: '198.51.100.7',
          userAgent: 'a vendor client',
          requestId: 'call-0001',
        });
      }
      expect(JSON.stringify(items)).not.toContain('hidden-value');
    },
  );

  test('has the account and the token that came from the environment, as the operator’s doing', async () => {
    const { items } = await pipeline.client.audit.list({ limit: 200 });
    const own = items.filter(({ actor }) => actor.type === 'operator').toReversed();
    expect(own.map(({ action }) => action)).toEqual(['account.create', 'token.create']);
  });
});
