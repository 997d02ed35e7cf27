import { describe, expect, test } from '@jest/globals';
import { createWebhookSchema, eventTypeSchema, HTTP_METHODS } from '@posthorn/contracts';
import { settleAttempt } from '@posthorn/domain';
import { findDialect, FORMATS } from '../registry.ts';
import { sonar } from './sonar.ts';

const settle = (status: number | null, attemptsMade: number) =>
  settleAttempt({
    answer: { status, retryAfter: undefined },
    successStatus: sonar.policy.successStatus ?? '200',
    attemptsMade,
    retry: sonar.policy.retry ?? { delaysSeconds: [], jitter: 0 },
    retryAfterCapSeconds: 3600,
    nowMs: 0,
    random: 0.99,
  });

describe('delivery', () => {
  test('a callback that always fails is tried four times again: after 10 s, 30 s, 3 min and 30 min', () => {
    const waits: number[] = [];
    let attempts = 1;
    for (let next = settle(500, attempts); next.status === 'pending'; next = settle(500, attempts)) {
      waits.push(next.retryInMs / 1000);
      attempts += 1;
    }
    expect(waits).toEqual([10, 30, 180, 1800]);
  });

  test('any 2xx counts as success, and nothing else', () => {
    for (const status of [200, 201, 202, 204, 299]) expect(settle(status, 1).status).toBe('succeeded');
    for (const status of [302, 404, 500, null]) expect(settle(status, 1).status).toBe('pending');
  });

  test('the policy is one that the native API would take', () => {
    const body = { name: 'a', events: ['read'], targetUrl: 'https://a.example', ...sonar.policy };
    expect(createWebhookSchema(FORMATS).validate(body).error).toBeUndefined();
  });
});

test('the dialect is found by its name, and calls back by every method', () => {
  expect(findDialect('sonar')).toBe(sonar);
  expect(sonar.methods).toEqual(HTTP_METHODS);
});

test('its test event is one of the documented kind that says what it is', () => {
  const { type, data } = sonar.testEvent({ id: 7, name: 'Cat "a"' });
  expect(eventTypeSchema.validate(type).error).toBeUndefined();
  expect(type).toBe('new_assigned_message');
  expect(JSON.parse(data)).toMatchObject({
    customer: { first_name: 'Test' },
    test: true,
    webhook: { id: 7, name: 'Cat "a"' },
  });
});
