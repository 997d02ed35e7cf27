import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type DeliverableEvent, type DeliverableWebhook, FORBIDDEN_HEADERS, VERSION } from '@posthorn/contracts';
import { findDialect } from '../registry.ts';
import { renderSuperOffice } from './render-superoffice.ts';

const SECRET = 'sk_live_9z8y7x6w5v4u3t2s1r0q';

const makeWebhook = (values: Partial<DeliverableWebhook> = {}): DeliverableWebhook => ({
  id: 2,
  uuid: randomUUID(),
  accountId: 1,
  version: 1,
  name: 'Sale Won Notification',
  state: 'Active',
  type: 'webhook',
  targetUrl: 'https://crm.example.com/api/webhooks/sales?a=b',
  httpMethod: 'POST',
  format: 'superoffice',
  headers: {},
  properties: {},
  secrets: [SECRET],
  freshUntil: null,
  policy: {},
  errorsEmail: null,
  ...values,
});

const event: DeliverableEvent = {
  id: '8337ae4a-1dd6-40fd-8dc7-a050664a0af7',
  type: 'contact.changed',
  occurredAt: new Date('2026-01-31T08:30:00.123Z'),
  data: '{"PrimaryKey":18,"Changes":["name","updated"],"ContextIdentifier":"Cust54321","ChangedByAssociateId":5}',
};

const withData = (data: string, type = event.type): DeliverableEvent => ({ ...event, type, data });

const render = (webhook: DeliverableWebhook, values: Partial<Parameters<typeof renderSuperOffice>[0]> = {}) => {
  const deliveryId = '01890a5d-ac96-774b-bcce-b302099a8057';
  const now = new Date('2026-02-01T10:00:00.999Z');
  const { body, ...request } = renderSuperOffice({ webhook, event, deliveryId, attempt: 1, now, ...values });
  return { ...request, body: body ?? '' };
};

const START = '{"EventId":"8337ae4a-1dd6-40fd-8dc7-a050664a0af7","Timestamp":"2026-01-31T08:30:00.1230000Z",';
const BODY = `${START}"Changes":["name","updated"],"Event":"contact.changed","PrimaryKey":18,"Entity":"contact","ContextIdentifier":"Cust54321","ChangedByAssociateId":5,"WebhookName":"Sale Won Notification"}`;

describe('body', () => {
  test('has the documented fields in the documented order', () => {
    expect(render(makeWebhook()).body).toBe(BODY);
  });

  test('has the values of fields after the name, and ids of what was deleted after the changes', () => {
    const data = '{"PrimaryKey":18,"FieldValues":{"done":1,"amount":12345678901234567890.50},"Values":{"sale_id":18}}';
    expect(render(makeWebhook({ name: 'a"b' }), { event: withData(data, 'sale.deleted') }).body).toBe(
      `${START}"Changes":[],"Values":{"sale_id":18},"Event":"sale.deleted","PrimaryKey":18,"Entity":"sale","ContextIdentifier":"Default","ChangedByAssociateId":0,"WebhookName":"a\\"b","FieldValues":{"done":1,"amount":12345678901234567890.50}}`,
    );
  });

  test('ends with the properties of the webhook under their own names', () => {
    const properties = { fieldName: {}, nested: { list: [1, null] }, ü: '🎺' };
    expect(render(makeWebhook({ properties })).body).toBe(
      `${BODY.slice(0, -1)},"fieldName":{},"nested":{"list":[1,null]},"ü":"🎺"}`,
    );
  });

  test('a property never takes the name of a documented field, also where the body lacks that field', () => {
    const names = [...Object.keys(JSON.parse(BODY)), 'Values', 'FieldValues'];
    const properties = { ...Object.fromEntries(names.map((name) => [name, 'stolen'])), event: 'kept' };
    expect(render(makeWebhook({ properties })).body).toBe(`${BODY.slice(0, -1)},"event":"kept"}`);
  });

  test('tells of a webhook that changed its state with the general name, and in the header with its id', () => {
    const data = JSON.stringify({
      webhookId: 123,
      state: 'TooManyErrors',
      events: ['sale.sold'],
      registered: '2026-01-30T00:00:00.000Z',
      updated: '2026-01-31T00:00:00.000Z',
    });
    const { body, headers } = render(makeWebhook(), { event: withData(data, 'webhook123.errors') });
    expect(headers).toMatchObject({ 'x-superoffice-event': 'webhook123.errors', 'x-superoffice-eventid': event.id });
    expect(body).toBe(
      `${START}"Changes":[],"Event":"webhook.errors","PrimaryKey":123,"ContextIdentifier":"Default","ChangedByAssociateId":0,"WebhookName":"Sale Won Notification","FieldValues":{"events":1,"registered":"2026-01-30T00:00:00.0000000Z","registered_associate_id":0,"state":3,"updated":"2026-01-31T00:00:00.0000000Z","updated_associate_id":0}}`,
    );
  });

  test.each(['null', '7', '"text"', '[]', '{"a":1,"a":2,"b":12345678901234567890}', '{"Entity":"\\u2028\\"🎺"}'])(
    'is JSON for any data that was accepted: %s',
    (data) => {
      expect(JSON.parse(render(makeWebhook(), { event: withData(data) }).body)).toMatchObject({ EventId: event.id });
    },
  );
});

describe('request', () => {
  test('is a POST to the address, with the headers of SuperOffice, and says who sends it', () => {
    const { headers, privateHeaders, method, url } = render(makeWebhook());
    expect({ method, url }).toEqual({ method: 'POST', url: 'https://crm.example.com/api/webhooks/sales?a=b' });
    expect(headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': `Posthorn/${VERSION}`,
      'x-superoffice-event': 'contact.changed',
      'x-superoffice-eventid': event.id,
      'x-superoffice-signature': expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    expect(privateHeaders.size).toBe(0);
  });

  test('has the same id in header and body, and the same body at every attempt; retries are counted', () => {
    const webhook = makeWebhook();
    const attempts = [1, 2, 3].map((attempt) => render(webhook, { attempt, now: new Date(attempt) }));
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(1);
    for (const { body, headers } of attempts) expect(JSON.parse(body).EventId).toBe(headers['x-superoffice-eventid']);
    expect(attempts.map(({ headers }) => headers['x-superoffice-retry'])).toEqual([undefined, '1', '2']);
    expect(new Set(attempts.map(({ headers }) => headers['x-superoffice-signature'])).size).toBe(1);
  });

  test('has the own headers of the webhook, in lower case, and tells which values are private', () => {
    const own = { 'X-API-Key': 'prod_api_key_12345', 'Content-Type': 'application/json', 'User-Agent': 'own' };
    const { headers, privateHeaders } = render(makeWebhook({ headers: own }));
    expect(headers).toMatchObject({
      'x-api-key': 'prod_api_key_12345',
      'content-type': 'application/json',
      'user-agent': 'own',
    });
    expect([...privateHeaders].sort()).toEqual(['content-type', 'user-agent', 'x-api-key']);
  });

  test('never has a stored header that belongs to the delivery or to the callback itself', () => {
    const { reservedHeaders } = findDialect('superoffice');
    const names = [...FORBIDDEN_HEADERS, ...reservedHeaders].map((name) => name.toUpperCase());
    const stored = Object.fromEntries(names.map((name) => [name, 'stolen']));
    const { headers, privateHeaders } = render(makeWebhook({ headers: stored }));
    expect(headers).toEqual(render(makeWebhook()).headers);
    expect(privateHeaders.size).toBe(0);
  });

  test('what one request was given does not show in the next: headers are not shared', () => {
    const webhook = makeWebhook();
    render(webhook, { attempt: 2 }).headers['x-added'] = 'later';
    const { headers } = render(webhook);
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-added']));
    expect(headers).not.toHaveProperty('x-superoffice-retry');
  });
});

/** RFC 2104, by its definition. */
const hmacSha256 = (key: Buffer, message: Buffer): Buffer => {
  const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const block = Buffer.alloc(64);
  (key.length > 64 ? sha256(key) : key).copy(block);
  const pad = (byte: number) => Buffer.from(block.map((value) => value ^ byte));
  return sha256(pad(0x5c), sha256(pad(0x36), message));
};

type Verifier = (secret: string, signature: string, bytes: Buffer) => boolean;

/** The rules by which SuperOffice's documentation tells receivers to verify, each written anew. */
const VERIFIERS: [string, Verifier][] = [
  [
    'C#: UTF-8 bytes of the secret over the bytes of the stream',
    (secret, signature, bytes) => hmacSha256(Buffer.from(secret, 'utf8'), bytes).toString('base64') === signature,
  ],
  [
    'Node: the secret as text over the body as text',
    (secret, signature, bytes) => createHmac('sha256', secret).update(bytes.toString()).digest('base64') === signature,
  ],
  [
    'PHP: raw digest, base64, compared in constant time',
    (secret, signature, bytes) => {
      const base64 = Buffer.from(createHmac('sha256', secret).update(bytes).digest('binary'), 'binary').toString(
        'base64',
      );
      return base64.length === signature.length && timingSafeEqual(Buffer.from(base64), Buffer.from(signature));
    },
  ],
  [
    'Python: between the quotes of the printed bytes',
    (secret, signature, bytes) => {
      const printed = `b'${createHmac('sha256', Buffer.from(secret)).update(bytes).digest().toString('base64')}'`;
      return printed.split("'")[1] === signature;
    },
  ],
];

describe('signature', () => {
  test.each(VERIFIERS)('is accepted by the published rule for %s', (_rule, verify) => {
    const secrets = [SECRET, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'Schlüssel–鍵', 'x'.repeat(400)];
    for (const secret of secrets) {
      const { body, headers } = render(makeWebhook({ secrets: [secret], properties: { name: 'Žofie 🎺' } }));
      const signature = headers['x-superoffice-signature'] ?? '';
      expect(verify(secret, signature, Buffer.from(body))).toBe(true);
      expect(verify(secret, signature, Buffer.from(`${body} `))).toBe(false);
      expect(verify(`${secret}x`, signature, Buffer.from(body))).toBe(false);
    }
  });

  test('is what another implementation makes of the same bytes', () => {
    // By hmac and hashlib of Python 3.
    expect(render(makeWebhook()).headers['x-superoffice-signature']).toBe(
      'FR4kcOED3M2Vy/nA6iWNYPW6KpgBuVQqfVXe+MR4YtQ=',
    );
  });

  test('is missing when the webhook has no secret', () => {
    expect(render(makeWebhook({ secrets: [] })).headers).not.toHaveProperty('x-superoffice-signature');
  });

  test('is by the current secret during a rotation', () => {
    const { headers } = render(makeWebhook({ secrets: [SECRET, 'old secret'] }));
    expect(headers['x-superoffice-signature']).toBe(render(makeWebhook()).headers['x-superoffice-signature']);
  });
});

describe('dialect', () => {
  const { methods, policy, testEvent } = findDialect('superoffice');

  test('posts only; exactly 200 succeeds; three attempts after 1 s and 4 s; nine failures in a row are too many', () => {
    expect({ methods, policy }).toEqual({
      methods: ['POST'],
      policy: {
        successStatus: '200',
        retry: { delaysSeconds: [1, 4], jitter: 0 },
        tooManyErrors: { count: 9, forSeconds: 0 },
      },
    });
  });

  test('a test says so in a header of its own, and is about nothing', () => {
    const webhook = makeWebhook();
    const { type, data } = testEvent(webhook);
    const { headers, body } = render(webhook, { event: withData(data, type) });
    expect(headers).toMatchObject({ 'x-superoffice-event': 'test', 'x-hook-test': 'true' });
    expect(headers).toHaveProperty('x-superoffice-signature');
    expect(body).toBe(
      `${START}"Changes":[],"Event":"test","PrimaryKey":0,"Entity":"test","ContextIdentifier":"Default","ChangedByAssociateId":0,"WebhookName":"Sale Won Notification"}`,
    );
  });

  test('only a test has that header', () => {
    expect(render(makeWebhook()).headers).not.toHaveProperty('x-hook-test');
  });
});
