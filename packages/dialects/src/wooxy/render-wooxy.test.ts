import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type DeliverableEvent, type DeliverableWebhook, FORBIDDEN_HEADERS, VERSION } from '@posthorn/contracts';
import { renderWooxy } from './render-wooxy.ts';

const makeWebhook = (values: Partial<DeliverableWebhook> = {}): DeliverableWebhook => ({
  id: 7,
  uuid: randomUUID(),
  accountId: 1,
  version: 1,
  name: 'Newsletter',
  state: 'Active',
  type: 'webhook',
  targetUrl: 'https://crm.example.com/hooks?a=b',
  httpMethod: 'POST',
  format: 'wooxy',
  headers: {},
  properties: {},
  secrets: [],
  freshUntil: null,
  policy: {},
  errorsEmail: null,
  ...values,
});

const makeEvent = (data: string, values: Partial<DeliverableEvent> = {}): DeliverableEvent => ({
  id: randomUUID(),
  type: 'read',
  occurredAt: new Date('2009-02-13T23:31:30.999Z'),
  data,
  ...values,
});

const render = (data: string, webhook: DeliverableWebhook = makeWebhook()) =>
  renderWooxy({
    webhook,
    event: makeEvent(data),
    deliveryId: randomUUID(),
    attempt: 1,
    now: new Date('2026-02-01T10:00:00Z'),
  });

const SHOWN = {
  datetime: 1_234_567_890,
  event: 'read',
  email: 'user@example.com',
  id: '5537ab2a08d241dc69326b19',
  userId: 'myUserId-1',
  headers: { 'X-Additional-Header': 'additional-header-value' },
};
const { datetime: _datetime, event: _event, ...SHOWN_DATA } = SHOWN;
const HEAD = '{"datetime":1234567890,"event":"read",';

describe('body', () => {
  test('is the documented one, member by member in its order, whatever the order of the data', () => {
    const shuffled = Object.fromEntries(Object.entries(SHOWN_DATA).toReversed());
    expect(render(JSON.stringify(shuffled)).body).toBe(JSON.stringify(SHOWN));
  });

  test.each<[string, string, string]>([
    ['nothing', '{}', '"email":null,"id":null,"userId":null,"headers":{}}'],
    ['only null', '{"email":null,"headers":null}', '"email":null,"id":null,"userId":null,"headers":{}}'],
    ['no object', '"text"', '"email":null,"id":null,"userId":null,"headers":{},"data":"text"}'],
    ['a list', '[1,2]', '"email":null,"id":null,"userId":null,"headers":{},"data":[1,2]}'],
    ['messageId', '{"messageId":"m1","email":"a"}', '"email":"a","id":"m1","userId":null,"headers":{}}'],
    [
      'id and messageId',
      '{"messageId":"m","id":"i"}',
      '"email":null,"id":"i","userId":null,"headers":{},"messageId":"m"}',
    ],
    ['more', '{"url":"u","email":"a","n":[1]}', '"email":"a","id":null,"userId":null,"headers":{},"url":"u","n":[1]}'],
    ['its own datetime and event', '{"datetime":1,"event":"x"}', '"email":null,"id":null,"userId":null,"headers":{}}'],
  ])('of data with %s', (_what, data, rest) => {
    expect(render(data).body).toBe(`${HEAD}${rest}`);
  });

  test('has numbers as they were published', () => {
    const data = '{"id":12345678901234567890,"amount":1.10,"headers":{"n":1e400}}';
    expect(render(data).body).toContain('"id":12345678901234567890,');
    expect(render(data).body).toContain('"headers":{"n":1e400},"amount":1.10}');
  });

  test('ends with the properties of the webhook, which replace nothing that is there', () => {
    const webhook = makeWebhook({ properties: { tenant: 'a"b', email: 'x', event: 'y', url: 'z' } });
    expect(render('{"url":"u"}', webhook).body).toBe(
      `${HEAD}"email":null,"id":null,"userId":null,"headers":{},"url":"u","tenant":"a\\"b"}`,
    );
  });

  test('a member named __proto__ is one like any other', () => {
    const { body } = render('{"__proto__":{"email":"x"},"constructor":1}');
    expect(body).toBe(
      `${HEAD}"email":null,"id":null,"userId":null,"headers":{},"__proto__":{"email":"x"},"constructor":1}`,
    );
  });
});

describe('request', () => {
  test('is a POST of JSON without a signature, also where the webhook has a secret', () => {
    const request = render('{}', makeWebhook({ secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }));
    expect(request).toMatchObject({ method: 'POST', url: 'https://crm.example.com/hooks?a=b' });
    expect(request.headers).toEqual({ 'content-type': 'application/json', 'user-agent': `Posthorn/${VERSION}` });
    expect([...request.privateHeaders]).toEqual([]);
  });

  test('has the own headers of the webhook and none that belong to the delivery itself', () => {
    const stored = Object.fromEntries([...FORBIDDEN_HEADERS].map((name) => [name, 'stolen']));
    const { headers, privateHeaders } = render('{}', makeWebhook({ headers: { ...stored, 'X-Key': 'k' } }));
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'user-agent', 'x-key']);
    expect([...privateHeaders]).toEqual(['x-key']);
  });

  test('what one request was given does not show in the next', () => {
    const webhook = makeWebhook();
    render('{}', webhook).headers['x-added'] = 'later';
    expect(render('{}', webhook).headers).not.toHaveProperty('x-added');
  });
});
