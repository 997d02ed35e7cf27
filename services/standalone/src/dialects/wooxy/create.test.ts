import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  configOf,
  newWebhook,
  startTestWooxy,
  type TestWooxy,
  type WooxyConfig,
  withoutDomain,
} from '../../testing/start-test-wooxy.ts';

let wooxy: TestWooxy;

beforeAll(async () => {
  wooxy = await startTestWooxy({ WOOXY_EVENTS: 'own-event', WOOXY_DOMAIN_LIMIT: '6' });
});
afterAll(() => wooxy.close());

const create = (input: unknown, token?: string) => wooxy.call('create', input, token);
const errorsOf = async (input: unknown, token?: string) => {
  const { status, body } = await create(input, token);
  return [status, ...(body?.errors ?? [])];
};
const domainNames = async (): Promise<string[]> => {
  const domains = await wooxy.pipeline.database.prisma.domain.findMany({ orderBy: { id: 'asc' } });
  return domains.map(({ name }) => name);
};

const created = async (input: unknown, token?: string): Promise<WooxyConfig> => configOf(await create(input, token));

describe('a webhook that is created', () => {
  test('is answered as it is, its keys in the order of the document', async () => {
    const input = newWebhook({ title: 'Žofie "1"', events: ['read', 'sms_delivered', 'own-event'] });
    const { status, headers, text } = await create(input);
    const [domain] = await wooxy.pipeline.database.prisma.domain.findMany({ where: { name: 'example.com' } });
    const [webhook] = await wooxy.pipeline.database.prisma.webhook.findMany({ orderBy: { id: 'desc' }, take: 1 });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toBe(
      JSON.stringify({
        result: true,
        config: {
          id: webhook?.id,
          title: 'Žofie "1"',
          url: input['url'],
          domain: { id: String(domain?.id), name: 'example.com' },
          events: ['read', 'sms_delivered', 'own-event'],
        },
      }),
    );
  });

  test('is Active, a POST without a signature, and has the schedule of its format', async () => {
    const { id, domain } = await created(newWebhook());
    expect(await wooxy.pipeline.client.webhooks.get(id)).toMatchObject({
      name: 'Newsletter',
      state: 'Active',
      type: 'webhook',
      httpMethod: 'POST',
      format: 'wooxy',
      headers: {},
      properties: {},
      errorsEmail: null,
    });
    const row = await wooxy.pipeline.database.prisma.webhook.findUnique({
      where: { id },
      include: { secrets: true },
    });
    expect(row?.secrets).toEqual([]);
    expect(row?.policy).toEqual({});
    expect(row?.dialectData).toEqual({ wooxy: { domain } });
  });
});

describe('its domain', () => {
  test('is added when the account does not have it, and used when it does, in any spelling', async () => {
    const account = await wooxy.account('manage');
    const first = await created(newWebhook({ domain: 'bücher.de' }), account.token);
    expect(first.domain).toEqual({ id: expect.stringMatching(/^\d+$/), name: 'xn--bcher-kva.de' });
    for (const domain of ['BÜCHER.DE', 'xn--bcher-kva.de.', 'bücher.de']) {
      expect((await created(newWebhook({ domain }), account.token)).domain).toEqual(first.domain);
    }
  });

  test('is found by its id, as a text or a number', async () => {
    const { domain } = await created(newWebhook());
    for (const domainId of [domain.id, Number(domain.id)]) {
      expect((await created(withoutDomain({ domainId }))).domain).toEqual(domain);
    }
  });

  test.each([['987654'], [987_654], ['YOUR_DOMAIN_ID'], [-1], [1.5], ['99999999999999999999'], ['__proto__']])(
    'with the id %j is not found',
    async (domainId) => {
      expect(await errorsOf(withoutDomain({ domainId }))).toEqual([400, `Domain ${domainId} not found`]);
    },
  );

  test('of another account is not found by its id', async () => {
    const { domain } = await created(newWebhook());
    const stranger = await wooxy.account('manage', 'read');
    expect(await errorsOf(withoutDomain({ domainId: domain.id }), stranger.token)).toEqual([
      400,
      `Domain ${domain.id} not found`,
    ]);
  });

  test('is refused when the account has as many as it may; those that it has still work', async () => {
    const account = await wooxy.account('manage');
    for (let index = 0; index < 6; index += 1) {
      await created(newWebhook({ domain: `limit${index}.com` }), account.token);
    }
    expect(await errorsOf(newWebhook({ domain: 'limit6.com' }), account.token)).toEqual([
      400,
      'Domains limit 6 is reached',
    ]);
    await created(newWebhook({ domain: 'limit0.com' }), account.token);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a title', { title: '' }, 'Argument title must be a non-empty string'],
    ['a url', { url: 'nowhere' }, 'Argument url must be a valid URI'],
    ['an address that may not be called', { url: 'http://10.0.0.1/in' }, 'Argument url must be a valid URI'],
    ['an event', { events: ['nothing'] }, 'Event type nothing is not registered'],
    ['a title that cannot be stored', { title: 'a\u0000b' }, 'Argument title must be a string'],
  ])('does not stay behind when the webhook is refused for %s', async (_what, values, text) => {
    expect(await errorsOf(newWebhook({ domain: 'left-behind.com', ...values }))).toEqual([400, text]);
    expect(await domainNames()).not.toContain('left-behind.com');
  });
});

describe('the same url', () => {
  const EXISTS = 'Web hook with such URL is already registered for selected domain';

  test('has one webhook for a domain, however the domain is named', async () => {
    const input = newWebhook();
    const { domain } = await created(input);
    expect(await errorsOf(input)).toEqual([400, EXISTS]);
    expect(await errorsOf(withoutDomain({ url: input['url'], domainId: domain.id }))).toEqual([400, EXISTS]);
    expect(await errorsOf({ ...input, domain: 'Example.COM.', title: 'other', events: ['hard'] })).toEqual([
      400,
      EXISTS,
    ]);
  });

  test('may have another one for another domain, and in another account', async () => {
    const input = newWebhook();
    await created(input);
    await created({ ...input, domain: 'other.com' });
    const stranger = await wooxy.account('manage');
    await created(input, stranger.token);
  });

  test('is registered once when it is sent many times at the same moment', async () => {
    const input = newWebhook();
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(input)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
  });

  test('can be registered again once its webhook is gone or goes elsewhere', async () => {
    const input = newWebhook();
    const first = await created(input);
    await wooxy.call('remove', { id: first.id });
    const second = await created(input);
    await wooxy.pipeline.client.webhooks.update(second.id, { targetUrl: 'https://crm.example.com/moved' });
    await created(input);
  });

  test('of a webhook without a domain, made elsewhere, does not stand in the way', async () => {
    const input = newWebhook();
    await wooxy.pipeline.client.webhooks.create({
      name: 'native',
      events: ['read'],
      targetUrl: String(input['url']),
    });
    await created(input);
  });
});

describe('what cannot be read as it is meant', () => {
  test('several things wrong come together, in the order of the parameters', async () => {
    expect(await errorsOf({ domainId: '', url: 'x', events: ['read', 'read'] })).toEqual([
      400,
      'Argument title required',
      'Argument domainId must be a non-empty string',
      'Argument url must be a valid URI',
      'Event type read is duplicated as read',
    ]);
  });

  test('null is a missing argument, and unknown arguments are ignored', async () => {
    expect(await errorsOf(newWebhook({ title: null }))).toEqual([400, 'Argument title required']);
    await created(newWebhook({ domainId: null, color: 'red', state: 'Stopped', id: 7 }));
  });

  test('members named like those of every object are only members', async () => {
    const body = JSON.stringify(newWebhook()).replace('{', '{"__proto__":{"title":"x"},"constructor":1,');
    const headers = { 'Access-Token': wooxy.token, 'Content-Type': 'application/json' };
    expect((await wooxy.send({ path: '/v3/webhook/create', headers, body })).status).toBe(200);
    const hidden = '{"__proto__":{"title":"a","url":"https://a.example.com","events":["read"],"domain":"example.com"}}';
    const answer = await wooxy.send({ path: '/v3/webhook/create', headers, body: hidden });
    expect(answer.body?.errors?.[0]).toBe('Argument title required');
  });
});

describe('where unknown domains are refused', () => {
  let strict: TestWooxy;
  beforeAll(async () => {
    strict = await startTestWooxy({ WOOXY_UNKNOWN_DOMAINS: 'refuse' });
  });
  afterAll(() => strict.close());

  test('a domain name that the account does not have is not found, one that it has works', async () => {
    const { status, body } = await strict.call('create', newWebhook());
    expect([status, body?.errors]).toEqual([400, ['Domain example.com not found']]);
    const account = await strict.account('manage');
    await strict.pipeline.database.prisma.domain.create({
      data: { accountId: account.accountId, name: 'example.com' },
    });
    expect((await strict.call('create', newWebhook({ domain: 'EXAMPLE.com' }), account.token)).status).toBe(200);
  });
});
