import { describe, expect, test } from '@jest/globals';
import { eventPatternSchema, publishEventSchema } from './events.ts';
import { fieldsOf } from './testing/fields-of.ts';
import { validate } from './validate.ts';

const good = { type: 'contact.created', data: { id: 1 } };
const segments = (count: number) => Array(count).fill('a').join('.');

describe('an event', () => {
  test.each<[string, object]>([
    ['with type and data', good],
    ['with data null', { ...good, data: null }],
    ['with data that is a text', { ...good, data: '' }],
    ['with data that is false', { ...good, data: false }],
    ['of one segment', { ...good, type: 'ping' }],
    ['of 8 segments', { ...good, type: segments(8) }],
    ['of 200 characters', { ...good, type: 'a'.repeat(200) }],
    ['with every character that a type may have', { ...good, type: 'Aa0_-.9' }],
    ['with a time in UTC', { ...good, occurredAt: '2026-01-31T08:30:00Z' }],
    ['with a time with an offset', { ...good, occurredAt: '2026-01-31T08:30:00.123456+05:30' }],
    ['with a time on a leap day', { ...good, occurredAt: '2024-02-29T23:59:59-15:59' }],
    ['with a time without seconds', { ...good, occurredAt: '2026-01-31T08:30Z' }],
    ['with the key of one character', { ...good, idempotencyKey: '!' }],
    ['with the longest key', { ...good, idempotencyKey: '~'.repeat(255) }],
  ])('%s is taken as it is', (_what, input) => {
    expect(validate(publishEventSchema, input, 'Event')).toEqual(input);
  });

  test.each<[string, object, [string, string][]]>([
    [
      'without anything',
      {},
      [
        ['/data', 'any.required'],
        ['/type', 'any.required'],
      ],
    ],
    ['with a field too many', { ...good, webhook: 1 }, [['/webhook', 'object.unknown']]],
    ['with a field of another case', { ...good, Type: 'a' }, [['/Type', 'object.unknown']]],
    ['of no type', { ...good, type: '' }, [['/type', 'string.empty']]],
    ['of a type that is a number', { ...good, type: 7 }, [['/type', 'string.base']]],
    ['of 9 segments', { ...good, type: segments(9) }, [['/type', 'string.pattern.base']]],
    ['of 201 characters', { ...good, type: 'a'.repeat(201) }, [['/type', 'string.max']]],
    ['with an empty segment', { ...good, type: 'a..b' }, [['/type', 'string.pattern.base']]],
    ['with a dot at its end', { ...good, type: 'a.' }, [['/type', 'string.pattern.base']]],
    ['with a pattern for a type', { ...good, type: 'contact.*' }, [['/type', 'string.pattern.base']]],
    ['with a quote in its type', { ...good, type: 'a"b' }, [['/type', 'string.pattern.base']]],
    ['with a line break behind its type', { ...good, type: 'a\n' }, [['/type', 'string.pattern.base']]],
    ['with a letter outside of ASCII', { ...good, type: 'ä' }, [['/type', 'string.pattern.base']]],
    ['with a blank in its key', { ...good, idempotencyKey: 'a b' }, [['/idempotencyKey', 'string.pattern.base']]],
    ['with an empty key', { ...good, idempotencyKey: '' }, [['/idempotencyKey', 'string.empty']]],
    ['with a key that is too long', { ...good, idempotencyKey: 'a'.repeat(256) }, [['/idempotencyKey', 'string.max']]],
    ['with a key outside of ASCII', { ...good, idempotencyKey: 'ü' }, [['/idempotencyKey', 'string.pattern.base']]],
  ])('%s is refused', (_what, input, fields) => {
    expect(fieldsOf(publishEventSchema, input)).toEqual(fields);
  });

  test.each([
    '2026-01-31',
    '2026-01-31T08:30:00',
    '2026-01-31 08:30:00Z',
    '31.01.2026',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00+02:00',
    '2026-01-31T25:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:30:00+5',
    '2026-01-31T08:30:00+16:00',
    '2026-01-31T08:30:00+25:00',
    '2026-01-31T08:60:00Z',
    '1899-12-31T23:59:59Z',
    '3000-01-01T00:00:00Z',
    '1767225600',
    'now',
  ])('that occurred at %p is refused', (occurredAt) => {
    expect(fieldsOf(publishEventSchema, { ...good, occurredAt })).toEqual([['/occurredAt', 'timestamp.form']]);
  });
});

describe('a pattern', () => {
  test.each(['*', 'contact.created', 'contact.*', '*.created', '*.*', 'a.*.c', segments(8)])('%s is taken', (text) => {
    expect(fieldsOf(eventPatternSchema, text)).toEqual([]);
  });

  test.each(['', '**', 'contact*', 'contact.', '.created', 'a.**', 'a b', 'contact.*\n', '{a}', segments(9)])(
    '%p is refused',
    (text) => {
      expect(fieldsOf(eventPatternSchema, text)).toHaveLength(1);
    },
  );
});
