import { expect, test } from '@jest/globals';
import { PosthornError, toProblem } from './errors.ts';
import { checkPublishEvent, publishEventSchema } from './events.ts';
import { validate } from './validate.ts';

const MISSING = Symbol('missing');

const TYPES = [MISSING, 'contact.created', 'a', 'a.b.c.d.e.f.g.h', 'a.b.c.d.e.f.g.h.i', 'a..b', '', 'a b', 7, null];
const DATA = [MISSING, null, { a: [1] }, ''];
const TIMES = [
  MISSING,
  '2026-01-31T08:30:00Z',
  '2026-02-30T08:30:00Z',
  '2026-01-31',
  '9999-01-31T08:30:00Z',
  '',
  1,
  null,
];
const KEYS = [MISSING, 'key', 'k'.repeat(255), 'k'.repeat(256), 'a b', 'ü', '', 1, null];

const outcomeOf = (check: () => unknown): unknown => {
  try {
    return check();
  } catch (error) {
    return error instanceof PosthornError ? toProblem(error) : error;
  }
};

const expectSame = (input: unknown): void => {
  const bySchema = outcomeOf(() => validate(publishEventSchema, input, 'The event is not valid'));
  expect({ input, outcome: outcomeOf(() => checkPublishEvent(input)) }).toEqual({ input, outcome: bySchema });
};

test('the quick look and the schema agree on every event, and on every error', () => {
  for (const type of [...TYPES, 'a'.repeat(200), 'a'.repeat(201)]) {
    for (const data of DATA) {
      for (const occurredAt of TIMES) {
        for (const idempotencyKey of KEYS) {
          const fields = Object.entries({ type, data, occurredAt, idempotencyKey });
          expectSame(Object.fromEntries(fields.filter(([, value]) => value !== MISSING)));
        }
      }
    }
  }
});

test.each([undefined, null, 1, 'text', [], [{ type: 'a', data: 1 }], {}])('they agree on %j', expectSame);

test.each([
  '{"type":"a","data":1,"extra":1}',
  '{"type":"a","data":1,"__proto__":{}}',
  '{"__proto__":{"type":"a"},"data":1}',
])('they agree on %s', (text) => expectSame(JSON.parse(text)));

test('they agree on fields that are undefined', () => {
  expectSame({ type: 'a', data: undefined });
  expectSame({ type: 'a', data: 1, idempotencyKey: undefined });
});
