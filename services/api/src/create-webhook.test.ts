import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadDeliverableWebhooks } from '@posthorn/database';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let accountId: number;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  ({ accountId, token } = await api.account('manage'));
});
afterAll(() => api.close());

const minimal = { name: 'minimal', events: ['contact.created'], targetUrl: 'https://example.com/hook' };
const create = (body: unknown) => api.call('POST', '/v1/webhooks', { token, body });
/** `path code` of each field that an answer calls wrong. */
const faults = (body: { errors?: { path: string; code: string }[] }) =>
  (body.errors ?? []).map(({ path, code }) => `${path} ${code}`);

describe('creating', () => {
  it('fills in what is missing and answers 201 with the whole webhook and its location', async () => {
    const { status, headers, body } = await create(minimal);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/webhooks/${body.id}`);
    expect(body).toEqual({
      ...minimal,
      id: expect.any(Number),
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'webhook',
      state: 'Active',
      stateReason: null,
      headers: {},
      properties: {},
      errorsEmail: null,
      httpMethod: 'POST',
      format: 'standard',
      consecutiveErrors: 0,
      failingSince: null,
      lastError: null,
      registered: expect.stringMatching(/Z$/),
      registeredBy: 'token for manage',
      updated: expect.stringMatching(/Z$/),
      updatedBy: 'token for manage',
    });
    expect((await api.call('GET', `/v1/webhooks/${body.id}`, { token })).body).toEqual(body);
  });

  it('keeps every field that is given', async () => {
    const given = {
      name: 'Größe — 名前 🎺',
      events: ['contact.*', '*.deleted', '*'],
      targetUrl: 'http://example.com:8080/a?b=c',
      type: 'webhook',
      state: 'Stopped',
      headers: { 'X-Key': 'k', authorization: 'Basic abc' },
      properties: { b: 1, a: { n: 1.5, big: 1e300, t: 'x', list: [null, true] } },
      errorsEmail: 'ops@example.com',
      httpMethod: 'PUT',
      format: 'standard',
      retry: { delaysSeconds: [1, 2.5], jitter: 0.2 },
      timeoutMs: 1000,
      successStatus: '200',
      rateLimit: { perSecond: 0.5 },
      maxInFlight: 3,
      tooManyErrors: { count: 5, forSeconds: 60 },
    };
    const { status, body } = await create({ ...given, secret: 'from-another-system' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...given, stateReason: 'Stopped by token for manage' });
    expect(Object.keys(body.properties)).toEqual(['b', 'a']);
    expect(body).not.toHaveProperty('secret');
    const loaded = (await loadDeliverableWebhooks(api.database, api.encryption, [body.id])).get(body.id);
    expect(loaded).toMatchObject({ headers: given.headers, secrets: ['from-another-system'], freshUntil: null });
  });

  it('stores header values and secrets sealed', async () => {
    const webhook = await api.webhook(token, { headers: { 'x-key': 'PLAINVALUE' }, secret: 'PLAINSECRET' });
    const rows = await api.database.prisma.$queryRaw<{ text: string }[]>`
      SELECT w::text || s::text AS text FROM webhooks w JOIN webhook_secrets s ON s.webhook_id = w.id
      WHERE w.id = ${webhook.id}::int`;
    expect(rows).toHaveLength(1);
    expect(rows[0]?.text).not.toMatch(/PLAINVALUE|PLAINSECRET/);
  });

  it('makes a secret of 32 random bytes when none is given', async () => {
    const first = await api.webhook(token);
    const second = await api.webhook(token);
    const secretOf = async (id: number) => (await api.call('GET', `/v1/webhooks/${id}/secret`, { token })).body.secret;
    const secret = await secretOf(first.id);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await secretOf(second.id)).not.toBe(secret);
  });

  it('gives every webhook its row of health at once', async () => {
    const { id } = await api.webhook(token);
    const health = await api.database.prisma.webhookHealth.findUnique({ where: { webhookId: id } });
    expect(health).toEqual({ webhookId: id, consecutiveFailures: 0, failingSince: null, lastError: null });
  });

  it('stores any target for a type that it does not run', async () => {
    const { status, body } = await create({ ...minimal, type: 'crmscript', targetUrl: 'my script' });
    expect([status, body.type, body.targetUrl]).toEqual([201, 'crmscript', 'my script']);
  });

  it('shows header values to tokens that manage, and names alone to tokens that read', async () => {
    const reader = await api.tokenOf(accountId, 'read');
    const { id } = await api.webhook(token, { headers: { 'X-Key': 'k1' } });
    const path = `/v1/webhooks/${id}`;
    expect((await api.call('GET', path, { token })).body.headers).toEqual({ 'X-Key': 'k1' });
    expect((await api.call('GET', path, { token: reader })).body.headers).toEqual({ 'X-Key': '[redacted]' });
    const list = await api.call('GET', '/v1/webhooks?limit=200', { token: reader });
    expect(list.text).not.toContain('k1"');
  });
});

describe('what is refused when creating', () => {
  it.each<[string, unknown, string[]]>([
    ['nothing', undefined, [' any.required']],
    ['no object', [], [' object.base']],
    ['null', null, [' object.base']],
    ['all that is missing, at once', {}, ['/name any.required', '/events any.required', '/targetUrl any.required']],
    ['unknown fields', { ...minimal, colour: 'red' }, ['/colour object.unknown']],
    [
      'unknown fields inside a policy',
      { ...minimal, retry: { delaysSeconds: [], tries: 3 } },
      ['/retry/tries object.unknown'],
    ],
    ['fields that only answers have', { ...minimal, id: 7, uuid: 'x' }, ['/id object.unknown', '/uuid object.unknown']],
    ['wrong types', { ...minimal, name: 7, timeoutMs: '500' }, ['/name string.base', '/timeoutMs number.base']],
    ['an empty list of events', { ...minimal, events: [] }, ['/events array.min']],
    ['a pattern that is none', { ...minimal, events: ['a.b', 'a..b'] }, ['/events/1 string.pattern.base']],
    ['an event twice', { ...minimal, events: ['a', 'a'] }, ['/events/1 array.unique']],
    ['a state that only the system sets', { ...minimal, state: 'TooManyErrors' }, ['/state any.only']],
    ['a format that is not known', { ...minimal, format: 'soap' }, ['/format any.only']],
    ['a method that is none', { ...minimal, httpMethod: 'TRACE' }, ['/httpMethod any.only']],
    ['a method that the format cannot use', { ...minimal, httpMethod: 'GET' }, ['/httpMethod any.only']],
    ['a secret that is too short', { ...minimal, secret: 'whsec_AAAA' }, ['/secret secret.whsec']],
    ['an e-mail address that is none', { ...minimal, errorsEmail: 'ops' }, ['/errorsEmail string.email']],
    ['headers of the delivery itself', { ...minimal, headers: { 'Webhook-Id': 'x' } }, ['/headers headers.forbidden']],
    [
      'header values that split a request',
      { ...minimal, headers: { a: 'b\r\nc: d' } },
      ['/headers/a string.pattern.base'],
    ],
    ['a target that is no URL', { ...minimal, targetUrl: 'example' }, ['/targetUrl invalid_url']],
    ['a target with another scheme', { ...minimal, targetUrl: 'ftp://example.com' }, ['/targetUrl scheme_not_allowed']],
    [
      'a target with a password',
      { ...minimal, targetUrl: 'http://u:p@example.com' },
      ['/targetUrl credentials_not_allowed'],
    ],
    ['a target that is private', { ...minimal, targetUrl: 'http://10.0.0.1' }, ['/targetUrl address_not_allowed']],
    [
      'a target that is private, with the type in other letters',
      { ...minimal, type: 'WebHook', targetUrl: 'http://10.0.0.1' },
      ['/targetUrl address_not_allowed'],
    ],
    ['NUL in a text', { ...minimal, name: 'a\0b' }, ['/name string.nul']],
    ['half a surrogate pair', { ...minimal, name: 'a\ud800b' }, ['/name string.surrogate']],
    [
      'NUL deep in properties',
      { ...minimal, properties: { a: [{ 'b/c': '\0' }] } },
      ['/properties/a/0/b~1c string.nul'],
    ],
    ['NUL in the name of a property', { ...minimal, properties: { 'a\0': 1 } }, ['/properties/a\0 string.nul']],
    [
      'half a pair in the name of a property',
      { ...minimal, properties: { '\udc00': 1 } },
      ['/properties/\udc00 string.surrogate'],
    ],
  ])('%s', async (_what, body, expected) => {
    const answer = await create(body);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
    expect(faults(answer.body)).toEqual(expected);
  });

  it.each([
    ['a name that sets prototypes', '{"a":{"__proto__":1}}', '/properties/a/__proto__ object.unknown'],
    ['a number beyond doubles', '{"n":1e999}', '/properties/n number.infinity'],
    [
      'nesting without end',
      '{"n":'.repeat(10_000) + '1' + '}'.repeat(10_000),
      `/properties${'/n'.repeat(64)} json.depth`,
    ],
  ])('%s in properties', async (_what, properties, expected) => {
    const text = `${JSON.stringify(minimal).slice(0, -1)},"properties":${properties}}`;
    const answer = await api.call('POST', '/v1/webhooks', { token, text });
    expect(answer.status).toBe(422);
    expect(faults(answer.body)).toEqual([expected]);
  });

  it('a body that is not JSON, another content type and too large a body, each with its status', async () => {
    const broken = await api.call('POST', '/v1/webhooks', { token, text: '{"name"' });
    expect([broken.status, broken.body.code]).toEqual([400, 'malformed_body']);
    const form = await api.call('POST', '/v1/webhooks', {
      token,
      text: 'a=b',
      headers: { 'content-type': 'text/plain' },
    });
    expect([form.status, form.body.code]).toEqual([415, 'unsupported_media_type']);
    const large = await create({ ...minimal, properties: { a: 'x'.repeat(200_000) } });
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
  });
});
