import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type DeliverableWebhook, FORBIDDEN_HEADERS, VERSION } from '@posthorn/contracts';
import { renderSonar } from './render-sonar.ts';

const makeWebhook = (values: Partial<DeliverableWebhook> = {}): DeliverableWebhook => ({
  id: 7,
  uuid: randomUUID(),
  accountId: 1,
  version: 1,
  name: 'Cat',
  state: 'Active',
  type: 'webhook',
  targetUrl: 'https://meow.example.com/in?key=1',
  httpMethod: 'POST',
  format: 'sonar',
  headers: {},
  properties: {},
  secrets: [],
  freshUntil: null,
  policy: {},
  errorsEmail: null,
  ...values,
});

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';

const render = (data: string, webhook: DeliverableWebhook = makeWebhook()) =>
  renderSonar({
    webhook,
    event: { id: randomUUID(), type: 'new_assigned_message', occurredAt: new Date('2026-01-31T08:30:00Z'), data },
    deliveryId: UUID,
    attempt: 1,
    now: new Date('2026-02-01T10:00:00Z'),
  });

const SHOWN = {
  action: 'new_assigned_message',
  text: 'Hey, can you help me?',
  from_name: 'Sonar Customer',
  to_name: 'A User',
  link: 'https://example.com/threads/1',
  customer: { first_name: 'Sonar', last_name: 'Customer', phone_number: '+12345678910' },
  user: { first_name: 'A', last_name: 'User', email: 'rep@example.com' },
  message_id: 9,
  uuid: UUID,
  external_id: 'x1',
};
const NOBODY = { first_name: null, last_name: null };
const EMPTY = {
  action: 'new_assigned_message',
  text: null,
  from_name: null,
  to_name: null,
  link: null,
  customer: { ...NOBODY, phone_number: null },
  user: { ...NOBODY, email: null },
  message_id: null,
  uuid: UUID,
  external_id: null,
};

describe('body', () => {
  test('has the documented members in their order, whatever the order of the data', () => {
    const { action: _action, uuid: _uuid, ...data } = SHOWN;
    const shuffled: Record<string, unknown> = Object.fromEntries(Object.entries(data).toReversed());
    shuffled['customer'] = Object.fromEntries(Object.entries(SHOWN.customer).toReversed());
    expect(render(JSON.stringify(shuffled)).body).toBe(JSON.stringify(SHOWN));
  });

  test.each<[string, string, object]>([
    ['nothing', '{}', EMPTY],
    ['no object', '"text"', { ...EMPTY, data: 'text' }],
    ['a list', '[1]', { ...EMPTY, data: [1] }],
    ['persons that are none', '{"customer":"Homer","user":[1]}', EMPTY],
    ['its own action and uuid', '{"action":"x","uuid":"y"}', EMPTY],
    ['more', '{"tags":["a"],"text":"b"}', { ...EMPTY, text: 'b', tags: ['a'] }],
    [
      'more of a person',
      '{"customer":{"id":3,"first_name":"Homer"}}',
      { ...EMPTY, customer: { ...EMPTY.customer, first_name: 'Homer', id: 3 } },
    ],
  ])('of data with %s', (_what, data, expected) => {
    expect(render(data).body).toBe(JSON.stringify(expected));
  });

  test('has numbers as they were published, in persons too', () => {
    const { body } = render('{"message_id":12345678901234567890,"customer":{"balance":1.50}}');
    expect(body).toContain('"message_id":12345678901234567890,');
    expect(body).toContain('"phone_number":null,"balance":1.50}');
  });

  test('ends with the properties of the webhook, which replace nothing that is there', () => {
    const webhook = makeWebhook({ properties: { tenant: 7, text: 'x', external_id: 'y', more: 'z' } });
    expect(render('{"more":1}', webhook).body).toBe(JSON.stringify({ ...EMPTY, more: 1, tenant: 7 }));
  });
});

describe('request', () => {
  test.each(['POST', 'PUT', 'PATCH'] as const)('by %s has the fields as JSON, unsigned', (httpMethod) => {
    const request = render('{}', makeWebhook({ httpMethod, secrets: ['a secret'] }));
    expect(request).toMatchObject({
      method: httpMethod,
      url: 'https://meow.example.com/in?key=1',
      body: JSON.stringify(EMPTY),
      headers: { 'content-type': 'application/json', 'user-agent': `Posthorn/${VERSION}` },
    });
    expect(Object.keys(request.headers)).toHaveLength(2);
  });

  test.each(['GET', 'DELETE'] as const)('by %s has the fields in the query of the URL, and no body', (httpMethod) => {
    const webhook = makeWebhook({ httpMethod, properties: { tenant: 7 } });
    const { method, url, body, headers } = render(
      '{"text":"a b","customer":{"first_name":"Ä"},"tags":["x","y"]}',
      webhook,
    );
    expect([method, body]).toEqual([httpMethod, null]);
    expect(headers).toEqual({ 'user-agent': `Posthorn/${VERSION}` });
    expect([...new URL(url).searchParams]).toEqual([
      ['key', '1'],
      ['action', 'new_assigned_message'],
      ['text', 'a b'],
      ['from_name', ''],
      ['to_name', ''],
      ['link', ''],
      ['customer[first_name]', 'Ä'],
      ['customer[last_name]', ''],
      ['customer[phone_number]', ''],
      ['user[first_name]', ''],
      ['user[last_name]', ''],
      ['user[email]', ''],
      ['message_id', ''],
      ['uuid', UUID],
      ['external_id', ''],
      ['tags[]', 'x'],
      ['tags[]', 'y'],
      ['tenant', '7'],
    ]);
  });

  test('has the own headers of the webhook and none that belong to the delivery itself', () => {
    const stored = Object.fromEntries([...FORBIDDEN_HEADERS].map((name) => [name, 'stolen']));
    const { headers, privateHeaders } = render('{}', makeWebhook({ headers: { ...stored, 'X-Key': 'k' } }));
    expect(Object.keys(headers).toSorted()).toEqual(['content-type', 'user-agent', 'x-key']);
    expect([...privateHeaders]).toEqual(['x-key']);
  });
});
