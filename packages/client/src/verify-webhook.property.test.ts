import { expect, test } from '@jest/globals';
import { secretKey, signStandard } from '@posthorn/domain';
import fc from 'fast-check';
import { verifyWebhook } from './verify-webhook.ts';

const RUNS = { numRuns: 150, seed: 20261121 };
const NOW = new Date('2026-11-21T12:00:00Z');
const timestampSeconds = NOW.getTime() / 1000;

const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const id = fc.string({ unit: fc.constantFrom(...'abcdef0123_'.split('')), minLength: 1, maxLength: 30 });
const body = fc.json();

const headersOf = (given: { id: string; body: string; secrets: readonly string[] }) => ({
  'webhook-id': given.id,
  'webhook-timestamp': String(timestampSeconds),
  'webhook-signature': signStandard({ ...given, timestampSeconds, keys: given.secrets.map(secretKey) }),
});
const options = { now: () => NOW };

test('what is signed is verified with each of the secrets that signed, and gives id and payload back', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), id, body, (secrets, webhookId, text) => {
      const headers = headersOf({ id: webhookId, body: text, secrets });
      for (const one of secrets) {
        const verified = verifyWebhook(text, headers, one, options);
        expect(verified.id).toBe(webhookId);
        expect(verified.payload).toEqual(JSON.parse(text));
      }
    }),
    RUNS,
  );
});

test('another secret, id, time or body is refused, also when it differs in one character', () => {
  fc.assert(
    fc.property(secret, secret, id, body, fc.nat(), (own, other, webhookId, text, place) => {
      fc.pre(own !== other);
      const headers = headersOf({ id: webhookId, body: text, secrets: [own] });
      const at = place % text.length;
      const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
      expect(() => verifyWebhook(text, headers, other, options)).toThrow();
      expect(() => verifyWebhook(changed, headers, own, options)).toThrow();
      expect(() => verifyWebhook(`${text} `, headers, own, options)).toThrow();
      expect(() => verifyWebhook(text, { ...headers, 'webhook-id': `${webhookId}x` }, own, options)).toThrow();
      const later = { ...headers, 'webhook-timestamp': String(timestampSeconds + 1) };
      expect(() => verifyWebhook(text, later, own, options)).toThrow();
    }),
    RUNS,
  );
});

test('whatever the headers are, it throws or is right, and never hangs', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), body, secret, (webhookId, timestamp, signature, text, own) => {
      const headers = { 'webhook-id': webhookId, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
      expect(() => verifyWebhook(text, headers, own, options)).toThrow();
    }),
    RUNS,
  );
});
