import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, type WebhookHeaders } from './index.ts';
import {
  atSigning,
  clock,
  codeOf,
  good,
  headersOf,
  otherVector,
  VECTORS,
  vector,
  verifyVector,
} from './testing/webhook-vectors.ts';

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
