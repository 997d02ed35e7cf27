import { describe, expect, test } from '@jest/globals';
import { type DeliverableWebhook, eventTypeSchema } from '@posthorn/contracts';
import fc from 'fast-check';
import { redactHeaders } from './redact-headers.ts';
import { DIALECTS } from './registry.ts';
import { definedWebhook, RUNS } from './testing/arbitraries.ts';

const eventType = fc
  .array(fc.string({ unit: fc.constantFrom(...'abc_-19'.split('')), minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => segments.join('.'))
  .filter((type) => eventTypeSchema.validate(type).error === undefined);

/** JSON as it may be published: also numbers that no double holds, names twice, names that mean something in JavaScript. */
const published = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '1e400',
    '12345678901234567890.50',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1},"constructor":2}',
    '"\\ud800"',
  ),
  fc
    .record({ id: fc.integer(), primaryKey: fc.string(), email: fc.string(), headers: fc.jsonValue() })
    .map((data) => JSON.stringify(data)),
);

const input = fc.record({
  webhook: definedWebhook,
  type: eventType,
  data: published,
  attempt: fc.integer({ min: 1, max: 20 }),
});

const renderWith = (
  dialect: (typeof DIALECTS)[number],
  { webhook, type, data, attempt }: typeof input extends fc.Arbitrary<infer Given> ? Given : never,
) => {
  const deliverable: DeliverableWebhook = {
    ...webhook,
    format: dialect.name,
    httpMethod: dialect.methods.includes(webhook.httpMethod) ? webhook.httpMethod : 'POST',
    accountId: 1,
    version: 1,
    secrets: webhook.secret === null ? [] : [webhook.secret],
    freshUntil: null,
    policy: {},
  };
  return dialect.render({
    webhook: deliverable,
    event: { id: '01980000-0000-7000-8000-000000000002', type, occurredAt: new Date(1e12), data },
    deliveryId: '01980000-0000-7000-8000-000000000003',
    attempt,
    now: new Date(1e12),
  });
};

describe.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))('the callback of %s', (_name, dialect) => {
  test('is a request that can be sent, whatever was published and however the webhook looks', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { url, body, headers, method } = renderWith(dialect, given);
        expect(dialect.methods).toContain(method);
        expect(new URL(url).host).toBe(new URL(given.webhook.targetUrl).host);
        if (body !== null) JSON.parse(body);
        for (const [name, value] of Object.entries(headers)) {
          expect(name).toMatch(/^[!#$%&'*+.^_`|~0-9a-z-]+$/);
          // oxlint-disable-next-line no-control-regex
          expect(value).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/);
        }
        expect(renderWith(dialect, given)).toEqual(renderWith(dialect, given));
      }),
      RUNS,
    );
  });

  test("has the webhook's own headers, and none of their values where it is shown", () => {
    fc.assert(
      fc.property(input, (given) => {
        const request = renderWith(dialect, given);
        const shown = redactHeaders(request);
        for (const [name, value] of Object.entries(given.webhook.headers)) {
          const lower = name.toLowerCase();
          if (dialect.reservedHeaders.has(lower)) continue;
          expect(request.headers[lower]).toBe(value);
          expect(shown[lower]).toBe('[redacted]');
        }
        expect(Object.keys(shown)).toEqual(Object.keys(request.headers));
      }),
      RUNS,
    );
  });
});

test('the standard callback has the published data as it was written', () => {
  const [standard] = DIALECTS.filter(({ name }) => name === 'standard');
  fc.assert(
    fc.property(input, (given) => {
      if (standard === undefined) throw new Error('There is no standard callback.');
      expect(renderWith(standard, given).body).toContain(`"data":${given.data}`);
    }),
    RUNS,
  );
});
