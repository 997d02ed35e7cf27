import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  type DeliverableEvent,
  type DeliverableWebhook,
  encodeId,
  FORBIDDEN_HEADERS,
  VERSION,
} from '@posthorn/contracts';
import { Webhook } from 'standardwebhooks';
import { findDialect, FORMATS } from '../registry.ts';
import { renderStandard } from './render-standard.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const makeWebhook = (values: Partial<DeliverableWebhook> = {}): DeliverableWebhook => ({
  id: 7,
  uuid: randomUUID(),
  accountId: 1,
  version: 1,
  name: 'CRM',
  state: 'Active',
  type: 'webhook',
  targetUrl: 'https://crm.example.com/hooks?a=b',
  httpMethod: 'POST',
  format: 'standard',
  headers: {},
  properties: {},
  secrets: [SECRET],
  freshUntil: null,
  policy: {},
  errorsEmail: null,
  ...values,
});

const event: DeliverableEvent = {
  id: randomUUID(),
  type: 'contact.created',
  occurredAt: new Date('2026-01-31T08:30:00.123Z'),
  data: '{"b":1.50,  "a":12345678901234567890, "ü":"🎺"}',
};

const deliveryId = '01890a5d-ac96-774b-bcce-b302099a8057';
const now = new Date('2026-02-01T10:00:00.999Z');
const render = (webhook: DeliverableWebhook, values: Partial<Parameters<typeof renderStandard>[0]> = {}) =>
  renderStandard({ webhook, event, deliveryId, attempt: 1, now, ...values });

const HEAD = '{"type":"contact.created","timestamp":"2026-01-31T08:30:00.123Z","data":';

describe('body', () => {
  test('holds type, the time of the event, and the data byte for byte as they were published', () => {
    expect(render(makeWebhook()).body).toBe(`${HEAD}${event.data}}`);
  });

  test('ends with the properties of the webhook under their own names', () => {
    const properties = { tenant: 'a"b', nested: { list: [1, null] }, ü: '🎺', __proto__x: 1 };
    const { body } = render(makeWebhook({ properties }));
    expect(body).toBe(`${HEAD}${event.data},"tenant":"a\\"b","nested":{"list":[1,null]},"ü":"🎺","__proto__x":1}`);
  });

  test('a property never replaces type, timestamp or data', () => {
    const properties = { type: 'x', timestamp: 'y', data: 'z', Type: 'kept' };
    const { body } = render(makeWebhook({ properties }));
    expect(body).toBe(`${HEAD}${event.data},"Type":"kept"}`);
    expect(JSON.parse(body ?? '')).toMatchObject({ type: 'contact.created', data: { ü: '🎺' } });
  });

  test.each(['null', '7', '"text"', '[]', 'false'])('data may be any JSON value: %s', (data) => {
    const { body } = render(makeWebhook({ properties: { a: 1 } }), { event: { ...event, data } });
    expect(body).toBe(`${HEAD}${data},"a":1}`);
  });
});

describe('request', () => {
  test('goes to the address and by the method of the webhook', () => {
    expect(render(makeWebhook({ httpMethod: 'PUT' }))).toMatchObject({
      method: 'PUT',
      url: 'https://crm.example.com/hooks?a=b',
    });
  });

  test('has the headers of Standard Webhooks and says who sends it', () => {
    const { headers, privateHeaders } = render(makeWebhook());
    expect(headers).toEqual({
      'content-type': 'application/json',
      'user-agent': `Posthorn/${VERSION}`,
      'webhook-id': encodeId('delivery', deliveryId),
      'webhook-timestamp': '1769940000',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    expect([...privateHeaders]).toEqual([]);
  });

  test('has the own headers of the webhook, in lower case, and tells which values are private', () => {
    const { headers, privateHeaders } = render(
      makeWebhook({
        headers: { Authorization: 'Bearer abc', 'X-Tenant': '7', 'User-Agent': 'own', 'Content-Type': 'a/b' },
      }),
    );
    expect(headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-tenant': '7',
      'user-agent': 'own',
      'content-type': 'a/b',
    });
    expect([...privateHeaders].sort()).toEqual(['authorization', 'content-type', 'user-agent', 'x-tenant']);
    expect(Object.keys(headers)).toHaveLength(7);
  });

  test('never has a stored header that belongs to the delivery itself', () => {
    const stored = Object.fromEntries([...FORBIDDEN_HEADERS].map((name) => [name.toUpperCase(), 'stolen']));
    const { headers, privateHeaders } = render(makeWebhook({ headers: stored }));
    expect(headers).toEqual(render(makeWebhook()).headers);
    expect(privateHeaders.size).toBe(0);
  });
});

// Verified as a receiver would: by the independent library, with its own clock.
describe('signature', () => {
  test('is over exactly the bytes of the body', () => {
    const request = render(makeWebhook({ properties: { name: 'Žofie 🎺' } }), { now: new Date() });
    const receiver = new Webhook(SECRET);
    expect(receiver.verify(request.body ?? '', request.headers)).toMatchObject({ name: 'Žofie 🎺' });
    expect(() => receiver.verify(`${request.body} `, request.headers)).toThrow();
    expect(() => new Webhook(OLD_SECRET).verify(request.body ?? '', request.headers)).toThrow();
  });

  test('during a rotation receivers with either secret accept it, the current one first', () => {
    const request = render(makeWebhook({ secrets: [SECRET, OLD_SECRET] }), { now: new Date() });
    for (const secret of [SECRET, OLD_SECRET]) {
      expect(new Webhook(secret).verify(request.body ?? '', request.headers)).toMatchObject({
        type: 'contact.created',
      });
    }
    const signatures = request.headers['webhook-signature']?.split(' ') ?? [];
    expect(signatures).toHaveLength(2);
    const alone = render(makeWebhook(), { now: new Date(Number(request.headers['webhook-timestamp']) * 1000) });
    expect(alone.headers['webhook-signature']).toBe(signatures[0]);
  });

  test('a secret that is not of the form whsec_ signs with its UTF-8 bytes', () => {
    const request = render(makeWebhook({ secrets: ['Schlüssel–鍵'] }), { now: new Date() });
    const receiver = new Webhook(Buffer.from('Schlüssel–鍵', 'utf8'), { format: 'raw' });
    expect(receiver.verify(request.body ?? '', request.headers)).toMatchObject({ type: 'contact.created' });
  });

  test('a later attempt has the same id and body, a fresh timestamp and a signature of its own', () => {
    const webhook = makeWebhook();
    const first = render(webhook);
    const second = render(webhook, { attempt: 2, now: new Date(now.getTime() + 5000) });
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(Number(second.headers['webhook-timestamp'])).toBe(Number(first.headers['webhook-timestamp']) + 5);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  test('another delivery of the same event has another id', () => {
    const webhook = makeWebhook();
    const other = render(webhook, { deliveryId: randomUUID() });
    expect(other.headers['webhook-id']).not.toBe(render(webhook).headers['webhook-id']);
  });

  test('what one request was given does not show in the next: headers are not shared', () => {
    const webhook = makeWebhook();
    render(webhook).headers['x-added'] = 'later';
    expect(render(webhook).headers).not.toHaveProperty('x-added');
  });
});

describe('registry', () => {
  test('finds each format by its name, and refuses one it does not know', () => {
    expect(FORMATS).toContain('standard');
    for (const name of FORMATS) expect(findDialect(name).name).toBe(name);
    expect(() => findDialect('unknown')).toThrow('The format "unknown" is not known to this version.');
  });

  test('standard has no method without a body: the payload is the body', () => {
    expect(findDialect('standard').methods).toEqual(['POST', 'PUT', 'PATCH']);
  });
});
