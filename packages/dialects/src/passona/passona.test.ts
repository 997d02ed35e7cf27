import { expect, test } from '@jest/globals';
import { createWebhookSchema, eventTypeSchema } from '@posthorn/contracts';
import { settleAttempt } from '@posthorn/domain';
import { findDialect, FORMATS } from '../registry.ts';
import { passona } from './passona.ts';

const settle = (status: number | null) =>
  settleAttempt({
    answer: { status, retryAfter: undefined },
    successStatus: passona.policy.successStatus ?? '200',
    attemptsMade: 1,
    retry: passona.policy.retry ?? { delaysSeconds: [60], jitter: 0 },
    retryAfterCapSeconds: 3600,
    nowMs: 0,
    random: 0.99,
  }).status;

test('a callback that failed is never tried again; any 2xx is a success', () => {
  for (const status of [200, 201, 202, 204]) expect(settle(status)).toBe('succeeded');
  for (const status of [302, 404, 429, 500, 503, null]) expect(settle(status)).toBe('failed');
});

test('the policy is one that the native API would take', () => {
  const body = { name: 'a', events: ['read'], targetUrl: 'https://a.example', ...passona.policy };
  expect(createWebhookSchema(FORMATS).validate(body).error).toBeUndefined();
});

test('the dialect is found by its name, and calls back by POST', () => {
  expect(findDialect('passona')).toBe(passona);
  expect(passona.methods).toEqual(['POST']);
});

test('its test event is a keyword that says what it is', () => {
  const { type, data } = passona.testEvent({ id: 7, name: 'Example "a"' });
  expect(eventTypeSchema.validate(type).error).toBeUndefined();
  expect(type).toBe('keyword.received');
  expect(JSON.parse(data)).toMatchObject({ keyword: 'TEST', test: true, webhook: { id: 7, name: 'Example "a"' } });
});
