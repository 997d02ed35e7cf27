import { describe, expect, test } from '@jest/globals';
import { FORMATS, findDialect } from '@posthorn/dialects';
import { createPolicyResolver } from './resolve-policy.ts';
import { makeWebhook } from './testing/make-delivery.ts';

const defaults = {
  retry: { delaysSeconds: [1, 2], jitter: 0.1 },
  timeoutMs: 15_000,
  tooManyErrors: { count: 20, forSeconds: 3600 },
};

describe('the policy of a webhook', () => {
  test.each(FORMATS)('of format %s is that of the format, else that of the platform', (format) => {
    const policy = createPolicyResolver(defaults)(makeWebhook({ format }));
    expect(policy).toEqual({ successStatus: '2xx', ...defaults, ...findDialect(format).policy });
  });

  test.each(FORMATS)('of format %s is first of all its own, key by key', (format) => {
    const own = { timeoutMs: 777, successStatus: '200', maxInFlight: 3 } as const;
    const policy = createPolicyResolver(defaults)(makeWebhook({ format, policy: own }));
    expect(policy).toEqual({ ...defaults, ...findDialect(format).policy, ...own });
  });

  test('is computed once for a version, and anew for the next', () => {
    const resolve = createPolicyResolver(defaults);
    const webhook = makeWebhook({ policy: { timeoutMs: 1 } });
    expect(resolve(webhook)).toBe(resolve(webhook));
    expect(resolve(makeWebhook({ policy: { timeoutMs: 2 } })).timeoutMs).toBe(2);
  });
});
