import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type DeliverableWebhook, FORBIDDEN_HEADERS, VERSION } from '@posthorn/contracts';
import { renderPassona } from './render-passona.ts';

const makeWebhook = (values: Partial<DeliverableWebhook> = {}): DeliverableWebhook => ({
  id: 7,
  uuid: randomUUID(),
  accountId: 1,
  version: 1,
  name: 'Example',
  state: 'Active',
  type: 'webhook',
  targetUrl: 'https://crm.example.com/in?a=b',
  httpMethod: 'POST',
  format: 'passona',
  headers: {},
  properties: {},
  secrets: [],
  freshUntil: null,
  policy: {},
  errorsEmail: null,
  ...values,
});

const render = (data: string, webhook: DeliverableWebhook = makeWebhook()) =>
  renderPassona({
    webhook,
    event: { id: randomUUID(), type: 'keyword.received', occurredAt: new Date('2026-01-31T08:30:00.5Z'), data },
    deliveryId: randomUUID(),
    attempt: 1,
    now: new Date('2026-02-01T10:00:00Z'),
  });

const EMPTY = { keyword: null, message: null, sender: null, received_at: '2026-01-31T08:30:00.500Z' };

describe('body', () => {
  test.each<[string, string, object]>([
    [
      'all fields, in another order',
      '{"received_at":"then","sender":"447700900000","message":"WIN please","keyword":"WIN"}',
      { keyword: 'WIN', message: 'WIN please', sender: '447700900000', received_at: 'then' },
    ],
    ['nothing', '{}', EMPTY],
    ['only null', '{"keyword":null,"received_at":null}', EMPTY],
    ['no object', '7', { ...EMPTY, data: 7 }],
    ['more', '{"campaign":{"id":1},"keyword":"WIN"}', { ...EMPTY, keyword: 'WIN', campaign: { id: 1 } }],
  ])('of data with %s', (_what, data, expected) => {
    expect(render(data).body).toBe(JSON.stringify(expected));
  });

  test('has numbers as they were published', () => {
    expect(render('{"sender":447700900000123456789}').body).toContain('"sender":447700900000123456789,');
  });

  test('ends with the properties of the webhook, which replace nothing that is there', () => {
    const webhook = makeWebhook({ properties: { tenant: 7, keyword: 'x', more: 'y' } });
    expect(render('{"more":1}', webhook).body).toBe(JSON.stringify({ ...EMPTY, more: 1, tenant: 7 }));
  });
});

describe('request', () => {
  test('is a POST of JSON without a signature, also where the webhook has a secret', () => {
    const request = render('{}', makeWebhook({ secrets: ['a secret'] }));
    expect(request).toMatchObject({ method: 'POST', url: 'https://crm.example.com/in?a=b' });
    expect(request.headers).toEqual({ 'content-type': 'application/json', 'user-agent': `Posthorn/${VERSION}` });
  });

  test('has the own headers of the webhook, also in place of the defaults, and none that belong to the delivery', () => {
    const stored = Object.fromEntries([...FORBIDDEN_HEADERS].map((name) => [name, 'stolen']));
    const own = { 'Content-Type': 'text/x', 'User-Agent': 'crm', 'X-Key': 'k' };
    const { headers, privateHeaders } = render('{}', makeWebhook({ headers: { ...stored, ...own } }));
    expect(headers).toEqual({ 'content-type': 'text/x', 'user-agent': 'crm', 'x-key': 'k' });
    expect([...privateHeaders].toSorted()).toEqual(['content-type', 'user-agent', 'x-key']);
  });
});
