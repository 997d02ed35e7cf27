import { type DeliverableWebhook, FORBIDDEN_HEADERS } from '@posthorn/contracts';
import { USER_AGENT } from '../user-agent.ts';

export interface PreparedHeaders {
  /** Lower-case names: defaults, then what the webhook sets. */
  headers: Readonly<Record<string, string>>;
  privateHeaders: ReadonlySet<string>;
}

/**
 * Headers of a webhook's callbacks before those that depend on the event: the defaults, replaced or joined by the
 * webhook's own. Those that belong to the callback itself are refused when the webhook is saved; whatever is stored,
 * they are left out here.
 */
export const prepareHeaders = (
  webhook: Pick<DeliverableWebhook, 'headers'>,
  { defaults, reserved }: { defaults: Readonly<Record<string, string>>; reserved: ReadonlySet<string> },
): PreparedHeaders => {
  const headers: Record<string, string> = { 'user-agent': USER_AGENT, ...defaults };
  const privateHeaders = new Set<string>();
  for (const [name, value] of Object.entries(webhook.headers)) {
    const lower = name.toLowerCase();
    if (FORBIDDEN_HEADERS.has(lower) || reserved.has(lower)) continue;
    headers[lower] = value;
    privateHeaders.add(lower);
  }
  return { headers, privateHeaders };
};

/** Computes something once for each version of a webhook: a webhook that changes is a new object. */
export const oncePerWebhook = <T>(
  compute: (webhook: DeliverableWebhook) => T,
): ((webhook: DeliverableWebhook) => T) => {
  const computed = new WeakMap<DeliverableWebhook, T>();
  return (webhook) => {
    let value = computed.get(webhook);
    if (value === undefined) {
      value = compute(webhook);
      computed.set(webhook, value);
    }
    return value;
  };
};
