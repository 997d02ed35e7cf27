import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook } from './index.ts';
import { clock, codeOf, good, headersOf, vector, verifyVector } from './testing/webhook-vectors.ts';

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
