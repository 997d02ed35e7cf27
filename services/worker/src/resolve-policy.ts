import type { DeliverableWebhook, RetryPolicy, TooManyErrorsPolicy } from '@posthorn/contracts';
import { findDialect } from '@posthorn/dialects';

/** What the platform does for webhooks that do not say otherwise. */
export interface PolicyDefaults {
  retry: RetryPolicy;
  timeoutMs: number;
  tooManyErrors: TooManyErrorsPolicy;
}

export interface ResolvedPolicy extends PolicyDefaults {
  successStatus: '2xx' | '200';
}

/** The policy of a webhook: its own, else that of its format, else the platform's. Computed once a version. */
export const createPolicyResolver = (defaults: PolicyDefaults): ((webhook: DeliverableWebhook) => ResolvedPolicy) => {
  const resolved = new WeakMap<DeliverableWebhook, ResolvedPolicy>();
  return (webhook) => {
    let policy = resolved.get(webhook);
    if (policy === undefined) {
      policy = { successStatus: '2xx', ...defaults, ...findDialect(webhook.format).policy, ...webhook.policy };
      resolved.set(webhook, policy);
    }
    return policy;
  };
};
