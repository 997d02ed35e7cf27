import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, type WebhookHeaders, WebhookVerificationError } from './index.ts';

/** The two vectors that the makers of Standard Webhooks libraries test with. */
const VECTORS = [
  {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    payload: { test: 2432232314 },
  },
  {
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
    timestamp: 1649367553,
    body: '{"email":"test@example.com","username":"test_user"}',
    signature: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    payload: { email: 'test@example.com', username: 'test_user' },
  },
] as const;

const [vector, otherVector] = VECTORS;
const clock = (seconds: number) => ({ now: () => new Date(seconds * 1000) });
const atSigning = clock(vector.timestamp);
const headersOf = ({ id, timestamp, signature }: { id: string; timestamp: number; signature: string }) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
});
const good = headersOf(vector);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
  return 'verified';
};

const verifyVector = (
  headers: WebhookHeaders,
  body: string | Uint8Array = vector.body,
  secret: string | string[] = vector.secret,
) => codeOf(() => verifyWebhook(body, headers, secret, atSigning));

describe('what is accepted', () => {
  test.each(VECTORS)('the published vector $id, with its payload parsed', (published) => {
    const { secret, id, timestamp, body, payload } = published;
    expect(verifyWebhook(body, headersOf(published), secret, clock(timestamp))).toEqual({
      id,
      timestamp: new Date(timestamp * 1000),
      payload,
    });
  });

  test.each<[string, string | Uint8Array]>([
    ['text', vector.body],
    ['a Buffer', Buffer.from(vector.body)],
    ['a Uint8Array', new TextEncoder().encode(vector.body)],
    ['a part of a larger buffer', Buffer.from(`xx${vector.body}yy`).subarray(2, 2 + vector.body.length)],
  ])('a body given as %s', (_form, body) => {
    expect(verifyVector(good, body)).toBe('verified');
  });

  test.each<[string, WebhookHeaders]>([
    [
      'in other case',
      { 'Webhook-Id': vector.id, 'WEBHOOK-TIMESTAMP': String(vector.timestamp), 'Webhook-Signature': vector.signature },
    ],
    ['as Headers', new Headers(good)],
    ['as lists', { ...good, 'webhook-signature': ['v1,AAAA', vector.signature] }],
    ['beside others', { ...good, host: 'x', 'set-cookie': ['a', 'b'], nothing: undefined }],
    [
      'with several signatures, the right one last',
      { ...good, 'webhook-signature': `v1a,AAAA v1,${'A'.repeat(43)}= ${vector.signature}` },
    ],
    ['with several signatures, the right one first', { ...good, 'webhook-signature': `${vector.signature} v2,x` }],
  ])('headers %s', (_form, headers) => {
    expect(verifyVector(headers)).toBe('verified');
  });

  test('any of several secrets, so that a receiver can rotate', () => {
    expect(verifyVector(good, vector.body, [otherVector.secret, vector.secret])).toBe('verified');
    expect(verifyVector(good, vector.body, [otherVector.secret])).toBe('no_match');
  });

  test.each([
    ['a whsec_ secret and text outside of ASCII', vector.secret, new Webhook(vector.secret)],
    ['a raw secret', 'plain text as it is', new Webhook('plain text as it is', { format: 'raw' })],
    [
      'a raw secret outside of ASCII',
      'Schlüssel–鍵',
      new Webhook(Buffer.from('Schlüssel–鍵', 'utf8'), { format: 'raw' }),
    ],
  ])('what the standardwebhooks package signs: %s', (_what, secret, reference) => {
    const body = '{"name":"Žofie 🎺"}';
    const signature = reference.sign('msg_1', new Date(5_000_000), body);
    const headers = headersOf({ id: 'msg_1', timestamp: 5000, signature });
    expect(verifyWebhook(Buffer.from(body), headers, secret, clock(5000)).payload).toEqual({ name: 'Žofie 🎺' });
    expect(codeOf(() => verifyWebhook(body, headers, `${secret}x`.replace(/=*x$/, 'Abcd'), clock(5000)))).toBe(
      'no_match',
    );
  });
});

describe('one changed bit is refused', () => {
  const flip = (text: string, at: number, bit = 1): string =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bit) + text.slice(at + 1);
  const each = (text: string) => Array.from(text, (_, at) => at);

  test('anywhere in the body', () => {
    for (const at of each(vector.body)) expect(verifyVector(good, flip(vector.body, at))).toBe('no_match');
    expect(verifyVector(good, `${vector.body} `)).toBe('no_match');
  });

  test('anywhere in the id', () => {
    for (const at of each(vector.id))
      expect(verifyVector({ ...good, 'webhook-id': flip(vector.id, at) })).toBe('no_match');
  });

  test('in the timestamp', () => {
    expect(verifyVector({ ...good, 'webhook-timestamp': flip(String(vector.timestamp), 9) })).toBe('no_match');
    expect(verifyVector({ ...good, 'webhook-timestamp': `0${vector.timestamp}` })).toBe('no_match');
  });

  test('anywhere in the signature, also where base64 has spare bits', () => {
    for (const at of each(vector.signature)) {
      expect(verifyVector({ ...good, 'webhook-signature': flip(vector.signature, at) })).toBe('no_match');
    }
    expect(verifyVector({ ...good, 'webhook-signature': vector.signature.slice(0, -1) })).toBe('no_match');
  });

  test('anywhere in the key', () => {
    const key = Buffer.from(vector.secret.slice('whsec_'.length), 'base64');
    for (const at of key.keys()) {
      const changed = Buffer.from(key);
      changed[at]! ^= 1;
      expect(verifyVector(good, vector.body, `whsec_${changed.toString('base64')}`)).toBe('no_match');
    }
  });

  test('in bytes that are not UTF-8: the signature is over bytes, not over what they decode to', () => {
    const sent = Buffer.from([0x22, 0xff, 0x22]);
    const asText = new Webhook(vector.secret).sign('msg_1', new Date(5_000_000), sent);
    const headers = headersOf({ id: 'msg_1', timestamp: 5000, signature: asText });
    expect(codeOf(() => verifyWebhook(sent, headers, vector.secret, clock(5000)))).toBe('no_match');
  });
});

describe('what is refused, by code', () => {
  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('missing_header: no or an empty %s', (name) => {
    expect(verifyVector({ ...good, [name]: undefined })).toBe('missing_header');
    expect(verifyVector({ ...good, [name]: ' ' })).toBe('missing_header');
    expect(verifyVector({ ...good, [name]: [] })).toBe('missing_header');
    const headers = new Headers(good);
    headers.delete(name);
    expect(verifyVector(headers)).toBe('missing_header');
  });

  test.each([
    'now',
    '1614265330.5',
    '1614265330abc',
    '-1614265330',
    '0x6037bd72',
    '1614265330 1614265330',
    '161426533000000',
  ])('bad_timestamp: %s', (text) => {
    expect(verifyVector({ ...good, 'webhook-timestamp': text })).toBe('bad_timestamp');
  });

  test.each([
    [300, {}, 'verified'],
    [301, {}, 'timestamp_too_old'],
    [-300, {}, 'verified'],
    [-301, {}, 'timestamp_too_new'],
    [10, { toleranceSeconds: 10 }, 'verified'],
    [11, { toleranceSeconds: 10 }, 'timestamp_too_old'],
    [-11, { toleranceSeconds: 10 }, 'timestamp_too_new'],
    [1, { toleranceSeconds: 0 }, 'timestamp_too_old'],
    [86_400, { toleranceSeconds: Number.POSITIVE_INFINITY }, 'verified'],
  ])('signed %i seconds ago with %j: %s', (ageSeconds, options, code) => {
    const at = { ...options, ...clock(vector.timestamp + ageSeconds) };
    expect(codeOf(() => verifyWebhook(vector.body, good, vector.secret, at))).toBe(code);
  });

  test('the clock is the system’s unless another is given', () => {
    expect(codeOf(() => verifyWebhook(vector.body, good, vector.secret))).toBe('timestamp_too_old');
  });

  test.each([
    'nothing',
    'v1',
    'v1,',
    'v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ])('no_match: a signature header of %s', (signature) => {
    expect(verifyVector({ ...good, 'webhook-signature': signature })).toBe('no_match');
  });

  test.each([
    ['text that is not JSON', 'hello'],
    ['nothing', ''],
  ])('malformed_body: %s, rightly signed', (_what, body) => {
    const signature = new Webhook(vector.secret).sign('msg_1', new Date(5_000_000), body);
    const headers = headersOf({ id: 'msg_1', timestamp: 5000, signature });
    expect(codeOf(() => verifyWebhook(body, headers, vector.secret, clock(5000)))).toBe('malformed_body');
  });

  test('an unsigned body is not parsed: what it is does not show', () => {
    expect(verifyVector(good, 'hello')).toBe('no_match');
  });
});

describe('a call that is wrong in itself is a TypeError', () => {
  test.each<[string, string | string[]]>([
    ['an empty secret, with which anybody could sign', ''],
    ['an empty secret among others', [vector.secret, '']],
    ['a secret that is empty after its prefix', 'whsec_'],
    ['a whsec_ secret that is not base64', `${vector.secret}\n`],
    ['no secret at all', []],
  ])('%s', (_what, secret) => {
    expect(() => verifyWebhook(vector.body, good, secret, atSigning)).toThrow(TypeError);
  });

  test('a body that was parsed already', () => {
    expect(() => verifyWebhook(JSON.parse(vector.body), good, vector.secret, atSigning)).toThrow(/exact text or bytes/);
  });

  test('a tolerance or a clock that would switch the check off by accident', () => {
    for (const toleranceSeconds of [Number.NaN, -1]) {
      expect(() => verifyWebhook(vector.body, good, vector.secret, { ...atSigning, toleranceSeconds })).toThrow(
        TypeError,
      );
    }
    expect(() => verifyWebhook(vector.body, good, vector.secret, { now: () => new Date(Number.NaN) })).toThrow(
      TypeError,
    );
  });

  test('no error shows a secret', () => {
    for (const secret of [`${vector.secret}\n`, otherVector.secret]) {
      let shown = '';
      try {
        verifyWebhook(vector.body, good, secret, atSigning);
      } catch (error) {
        shown = `${(error as Error).stack}`;
      }
      expect(shown).not.toBe('');
      expect(shown).not.toContain(secret.slice('whsec_'.length, -1));
    }
  });
});
