import { describe, expect, test } from '@jest/globals';
import type { DeliverableWebhook } from '@posthorn/contracts';
import fc from 'fast-check';
import { redactAnswer, type ShownAnswer } from './redact-answer.ts';

const redact = (
  body: string,
  headers: Record<string, string>,
  { secrets = [], ...values }: Partial<ShownAnswer> & { secrets?: string[] } = {},
) => {
  const answer = { headers: {}, body, bodyTruncated: false, ...values };
  return redactAnswer(answer, { headers, secrets } as unknown as DeliverableWebhook);
};

describe('an answer that echoes what was sent', () => {
  test.each([
    ['a value', { 'x-key': 'k_9z8y7x' }, 'You sent k_9z8y7x.', 'You sent [redacted].'],
    ['a value in JSON', { 'x-key': 'a"b\\c1234' }, '{"x":"a\\"b\\\\c1234"}', '{"x":"[redacted]"}'],
    ['a value in a URL', { 'x-key': 'a b/c&d=1' }, '?key=a%20b%2Fc%26d%3D1', '?key=[redacted]'],
    ['a value in base64', { 'x-key': 'k_9z8y7x' }, Buffer.from('k_9z8y7x').toString('base64'), '[redacted]='],
    ['a token without its scheme', { authorization: 'Bearer tok_123456' }, 'bad tok_123456', 'bad [redacted]'],
    ['a password of Basic', { authorization: `Basic ${btoa('jo:pass:word')}` }, 'jo, pass:word', 'jo, [redacted]'],
    ['several of them', { 'x-a': 'first-1', 'x-b': 'second-2' }, 'second-2first-1', '[redacted][redacted]'],
    ['one in another', { 'x-a': 'inside', 'x-b': 'outside-inside' }, 'outside-inside', '[redacted]'],
  ])('has %s redacted', (_what, headers, body, expected) => {
    expect(redact(body, headers as Record<string, string>).body).toBe(expected);
  });

  test('has it redacted in each of its headers, and a secret wherever it is', () => {
    const headers = { 'x-echo': ['k_9z8y7x', 'other'], location: '/?key=k_9z8y7x' };
    expect(redact('whsec_abcdefgh', { 'x-key': 'k_9z8y7x' }, { headers, secrets: ['whsec_abcdefgh'] })).toMatchObject({
      headers: { 'x-echo': ['[redacted]', 'other'], location: '/?key=[redacted]' },
      body: '[redacted]',
    });
  });

  test('has one redacted that was cut through at its end', () => {
    const key = { 'x-key': 'k_9z8y7x6w5v' };
    expect(redact('it was k_9z8y7x', key, { bodyTruncated: true }).body).toBe('it was [redacted]');
    expect(redact('it was k_9z8y7x', key).body).toBe('it was k_9z8y7x');
    expect(redact('it was k_9z8', key, { bodyTruncated: true }).body).toBe('it was k_9z8');
  });

  test('keeps what is no credential: types of bodies, names of programs, values of a few characters', () => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'Tester/1', 'x-v': '2' };
    expect(redact('2 of application/json by Tester/1', headers).body).toBe('2 of application/json by Tester/1');
  });
});

/** As a header may be: visible ASCII, with blanks inside. */
const headerValue = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 6, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes))
  .filter((value) => !'[redacted]'.includes(value));

test('whatever a value and the text around it are, it is not in what is left; without it nothing changes', () => {
  fc.assert(
    fc.property(headerValue, fc.string(), fc.string(), (value, before, after) => {
      const shown = redact(`${before}${value}${after}`, { 'x-key': value }).body;
      const others = `${before}|${after}`;
      expect(shown.split('[redacted]').some((part) => part.includes(value))).toBe(false);
      expect(shown.length).toBeLessThanOrEqual(before.length + after.length + 2 * '[redacted]'.length + value.length);
      if (!others.includes(value)) expect(redact('nothing of it', { 'x-key': value }).body).toBe('nothing of it');
    }),
    { numRuns: 1000, seed: 20261121 },
  );
});
