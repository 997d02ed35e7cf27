import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readWooxyDocument } from '../../testing/read-wooxy-document.ts';
import { configOf, newWebhook, startTestWooxy, type TestWooxy, withoutDomain } from '../../testing/start-test-wooxy.ts';
import { SHOWN } from './shown-requests.ts';

// The vendors' documents are no part of this project; where they lie beside the checkout, they are what is tested.
const DOCUMENT = fileURLToPath(new URL('../../../../../../shared/seeds/wooxy-webhook-create.txt', import.meta.url));
const shown = existsSync(DOCUMENT) ? readWooxyDocument(readFileSync(DOCUMENT, 'utf8')) : SHOWN;
const PATH = new URL(shown.url).pathname;

let wooxy: TestWooxy;

beforeAll(async () => {
  wooxy = await startTestWooxy({ WOOXY_DOMAIN_LIMIT: '3' });
});
afterAll(() => wooxy.close());

test('the document shows what is tested here', () => {
  expect(shown).toEqual(SHOWN);
});

/** json_encode of PHP without flags: slashes and all that is not ASCII are escaped. */
const phpJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The header lines of the example, after those that curl sends of itself. */
const phpHeaders = (body: string, token: string): Record<string, string> => ({
  Host: new URL(wooxy.pipeline.url).host,
  Accept: '*/*',
  ...Object.fromEntries(
    shown.headers.map((line) => {
      const [name = '', value = ''] = line.split(': ');
      const sent = name === 'Content-Length' ? String(Buffer.byteLength(body)) : value.replace('$accessToken', token);
      return [name, sent];
    }),
  ),
});

/** Sends what the PHP code would, with `values` in the place of its placeholders; undefined leaves an argument out. */
const sendExample = (values: Record<string, unknown>) => {
  const body = phpJson({ ...shown.body, ...values });
  return wooxy.send({ method: 'POST', path: PATH, headers: phpHeaders(body, wooxy.token), body });
};

/** Names of members in their order, all the way down. */
const shapeOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return [];
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)]);
};

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

const memberAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], value);

const TITLE = 'Žofie’s “Newsletter”';

describe('the example in PHP', () => {
  test.each([
    ['domain', { domain: 'example.com', domainId: undefined }],
    ['domainId', { domain: undefined }],
  ])('with a %s creates a webhook, and the answer is the one that is shown', async (_which, choice) => {
    const own = await wooxy.pipeline.database.prisma.account.findFirstOrThrow({ orderBy: { id: 'asc' } });
    const key = { accountId: own.id, name: 'example.com' };
    const domain = await wooxy.pipeline.database.prisma.domain.upsert({
      where: { accountId_name: key },
      create: key,
      update: {},
    });
    const url = `https://crm.example.com/hooks/${_which}?a=b`;
    const events = ['read', 'sms_delivered'];
    const domainId = 'domainId' in choice ? {} : { domainId: String(domain.id) };
    const answer = await sendExample({ title: TITLE, url, events, ...choice, ...domainId });
    const { status, headers, text, body } = answer;
    const { id } = configOf(answer);

    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(shapeOf(body)).toEqual(shapeOf(shown.answer));
    expect(text).toBe(
      JSON.stringify({
        result: shown.answer.result,
        config: { id, title: TITLE, url, domain: { id: String(domain.id), name: 'example.com' }, events },
      }),
    );
    // The document calls `config.domain` a string, and shows the object that its members need.
    const typed = shown.answerMembers.filter(([name]) => name !== 'config.domain');
    expect(typed.map(([name]) => [name, typeOf(memberAt(body, name))])).toEqual(typed);
    expect(await wooxy.pipeline.client.webhooks.get(id)).toMatchObject({ name: TITLE, targetUrl: url, events });
  });

  test('as it stands names two domains and no url, and says so', async () => {
    const { status, body } = await sendExample({});
    expect(status).toBe(400);
    expect(shapeOf(body)).toEqual(shapeOf(shown.errorAnswer));
    expect(body).toEqual({
      result: false,
      errors: [
        'Argument domain must be a valid domain name',
        'Argument url must be a valid URI',
        'Event type Object of Webhook Events is not registered',
        'Only one domain identifier is allowed',
      ],
    });
  });
});

describe('the body that is shown', () => {
  test('is no JSON as it stands, and a bad request', async () => {
    const body = shown.bodyExample;
    const { status, text } = await wooxy.send({ path: PATH, headers: phpHeaders(body, wooxy.token), body });
    expect([status, text]).toEqual([400, JSON.stringify({ ...shown.errorAnswer, errors: ['Bad Request'] })]);
  });

  test('with its commas mended, one of its domains and real values creates a webhook', async () => {
    const body = shown.bodyExample
      .replace('"domainId": "YOUR_DOMAINID"\n', '')
      .replace(',\n]', '\n]')
      .replace('YOUR_WEBHOOK_URL', 'https://crm.example.com/hooks/shown')
      .replace('YOUR_DOMAIN', 'example.com')
      .replace('Object of Webhook Events', 'click');
    const { status, body: answer } = await wooxy.send({ path: PATH, headers: phpHeaders(body, wooxy.token), body });
    expect(status).toBe(200);
    expect(shapeOf(answer)).toEqual(shapeOf(shown.answer));
    expect(answer?.config).toMatchObject({ title: 'YOUR_WEBHOOK_TITLE', events: ['click'] });
  });

  test('needs each parameter that is called required, and none of those that are optional', async () => {
    for (const [name, presence] of shown.parameters) {
      const { [name]: _left, ...rest } = newWebhook({ domainId: undefined });
      const input = name === 'domain' ? { ...rest, domainId: '1' } : rest;
      const { body } = await wooxy.call('create', input);
      const missing = `Argument ${name} required`;
      expect([name, body?.errors?.includes(missing) ?? false]).toEqual([name, presence === 'required']);
    }
  });
});

const fault = async () => {
  const account = await wooxy.account('manage');
  const input = newWebhook();
  await wooxy.call('create', input, account.token);
  // Sealed with no key that there is.
  await wooxy.pipeline.database.prisma.webhook.updateMany({
    where: { accountId: account.accountId },
    data: { headers: 'broken' },
  });
  return wooxy.call('create', input, account.token);
};

const atLimit = async () => {
  const { token } = await wooxy.account('manage');
  for (const name of ['a', 'b', 'c']) await wooxy.call('create', newWebhook({ domain: `limit-${name}.com` }), token);
  return wooxy.call('create', newWebhook({ domain: 'limit-d.com' }), token);
};

const twice = async () => {
  const input = newWebhook();
  await wooxy.call('create', input);
  return wooxy.call('create', input);
};

const notAllowed = async () => {
  const { token } = await wooxy.account('publish');
  return wooxy.call('create', newWebhook(), token);
};

const create = (values: Record<string, unknown>) => () => wooxy.call('create', newWebhook(values));

/** A request for every text: its status, the text with its places, and how to get it. */
const OCCURRING: [status: number, text: string, ask: () => ReturnType<TestWooxy['call']>][] = [
  [400, 'Argument title must be a string', create({ title: 7 })],
  [400, 'Argument title must be a non-empty string', create({ title: '' })],
  [400, 'Argument title must be a string with max length within 250 characters', create({ title: 'x'.repeat(251) })],
  [400, 'Argument domainId must be a non-empty string', () => wooxy.call('create', withoutDomain({ domainId: '' }))],
  [400, 'Domains limit {limit} is reached', atLimit],
  [400, 'Domain {id} not found', () => wooxy.call('create', withoutDomain({ domainId: '987654' }))],
  [400, 'Argument domain must be a non-empty string', create({ domain: '' })],
  [400, 'Argument domain must be a valid domain name', create({ domain: 'nowhere' })],
  [400, 'Domain {domain} is a registered ESP', create({ domain: 'gmail.com' })],
  [400, 'Domain {domain} has unknown TLD', create({ domain: 'example.nowhere' })],
  [400, 'Argument url must be a non-empty string', create({ url: '' })],
  [400, 'Argument url must be a valid URI', create({ url: 'nowhere' })],
  [400, 'Argument url can not be longer than 2048', create({ url: `https://a.example.com/${'x'.repeat(2048)}` })],
  [400, 'Argument events must be an array of allowed event names', create({ events: 'read' })],
  [400, 'Each event must be a not empty string with registered event type', create({ events: [''] })],
  [400, 'Event type {event} is duplicated as {double}', create({ events: ['read', 'read'] })],
  [400, 'Event type {event} is not registered', create({ events: ['nothing'] })],
  [
    400,
    'Minimum one unique domain identification (domainId or domain) is required.',
    () => wooxy.call('create', withoutDomain()),
  ],
  [400, 'Only one domain identifier is allowed', create({ domainId: '1' })],
  [400, 'Web hook with such URL is already registered for selected domain', twice],
  [401, 'Invalid authorization token!', () => wooxy.call('create', newWebhook(), '')],
  [500, 'Internal server error', fault],
  [400, 'Bad Request', () => wooxy.call('create', 'text')],
  [
    401,
    'no matches found for access token {accessToken}',
    () => wooxy.call('create', newWebhook(), 'unknown-0123456789-0123456789'),
  ],
  [403, 'access token check failed for key/secret $key/$accessToken', notAllowed],
  [400, 'Argument {argument} required', create({ title: null })],
];

/** Nothing here has what these are about; docs/dialects.md says why for each. */
const CANNOT_OCCUR = [
  'Domain {id} is not verified',
  'Domain was already verified. Please contact our support',
  'Domain has not subdomain for DNS. Please contact our support',
  'Domain {domain} is already registered',
  'Domain {domain} is on removing stage. Try to create it later',
  'user {id} not enabled',
  'no data found for key {userId}',
];

describe('the errors that are shown', () => {
  test('are all either answered here or known not to occur', () => {
    const known = [...OCCURRING.map(([, text]) => text), ...CANNOT_OCCUR];
    expect(new Set(known)).toEqual(new Set(shown.errors));
    expect(known).toHaveLength(new Set(shown.errors).size);
  });

  test.each(OCCURRING)('%i %s', async (status, text, ask) => {
    const answer = await ask();
    const pattern = text
      .replaceAll(/[.*+?^()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/\{\w+\}|\$(?:key|accessToken)\b/g, '[^/]+');
    expect([answer.status, shapeOf(answer.body)]).toEqual([status, shapeOf(shown.errorAnswer)]);
    expect(answer.body).toEqual({ result: false, errors: [expect.stringMatching(new RegExp(`^${pattern}$`))] });
  });
});
