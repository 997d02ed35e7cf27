import { describe, expect, test } from '@jest/globals';
import { createWebhookSchema, eventTypeSchema } from '@posthorn/contracts';
import { settleAttempt } from '@posthorn/domain';
import Joi from 'joi';
import { findDialect, FORMATS } from '../registry.ts';
import { wooxySettings } from './settings.ts';
import { wooxy } from './wooxy.ts';

const settle = (status: number | null, attemptsMade: number) =>
  settleAttempt({
    answer: { status, retryAfter: undefined },
    successStatus: wooxy.policy.successStatus ?? '2xx',
    attemptsMade,
    retry: wooxy.policy.retry ?? { delaysSeconds: [], jitter: 0 },
    retryAfterCapSeconds: 3600,
    nowMs: 0,
    random: 0.99,
  });

describe('delivery', () => {
  test('a callback that always fails is tried 15 times: 3 waits of 100 s, 6 of 600 s, 5 of an hour, then no more', () => {
    const waits: number[] = [];
    let attempts = 1;
    for (let next = settle(500, attempts); next.status === 'pending'; next = settle(500, attempts)) {
      waits.push(next.retryInMs / 1000);
      attempts += 1;
    }
    expect(attempts).toBe(15);
    expect(waits).toEqual([100, 100, 100, 600, 600, 600, 600, 600, 600, 3600, 3600, 3600, 3600, 3600]);
  });

  test('only the status 200 counts as success', () => {
    expect(settle(200, 1)).toEqual({ status: 'succeeded' });
    for (const status of [201, 202, 204, 299, 302, 404, 500, null]) expect(settle(status, 1).status).toBe('pending');
  });

  test('a connection is kept for 1.5 seconds', () => {
    expect(wooxy.policy.timeoutMs).toBe(1500);
  });

  test('the policy is one that the native API would take', () => {
    const body = { name: 'a', events: ['read'], targetUrl: 'https://a.example', ...wooxy.policy };
    expect(createWebhookSchema(FORMATS).validate(body).error).toBeUndefined();
  });
});

describe('registration', () => {
  test('the dialect is found by its name', () => {
    expect(findDialect('wooxy')).toBe(wooxy);
    expect(wooxy.methods).toEqual(['POST']);
  });

  test('its test event is a harmless one of the documented kind', () => {
    const { type, data } = wooxy.testEvent({ id: 7, name: 'Newsletter "a"' });
    expect(eventTypeSchema.validate(type).error).toBeUndefined();
    expect(type).toBe('read');
    expect(JSON.parse(data)).toMatchObject({
      email: 'test@example.com',
      id: 'posthorn-test-7',
      test: true,
      webhook: { id: 7, name: 'Newsletter "a"' },
    });
  });
});

describe('settings', () => {
  const parse = (env: object) => Joi.object(wooxySettings).validate(env);

  test('have defaults: no further events, domains are added, at most 100 of them', () => {
    expect(parse({}).value).toEqual({ WOOXY_EVENTS: '', WOOXY_UNKNOWN_DOMAINS: 'create', WOOXY_DOMAIN_LIMIT: 100 });
  });

  test.each([
    { WOOXY_EVENTS: 'a' },
    { WOOXY_EVENTS: 'web-push-subscribed, web-push-unsubscribed' },
    { WOOXY_EVENTS: 'a.b_c-d,e' },
    { WOOXY_UNKNOWN_DOMAINS: 'refuse' },
    { WOOXY_DOMAIN_LIMIT: '0' },
  ])('%j is accepted', (env) => {
    expect(parse(env).error).toBeUndefined();
  });

  test.each([
    { WOOXY_EVENTS: 'a b' },
    { WOOXY_EVENTS: 'a,,b' },
    { WOOXY_EVENTS: 'read,*' },
    { WOOXY_EVENTS: 'a.' },
    { WOOXY_UNKNOWN_DOMAINS: 'Create' },
    { WOOXY_DOMAIN_LIMIT: '-1' },
    { WOOXY_DOMAIN_LIMIT: '1.5' },
  ])('%j is refused', (env) => {
    expect(parse(env).error).toBeDefined();
  });
});
