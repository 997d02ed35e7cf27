import type { DeliveryStatus } from './events.ts';
import type { WebhookState } from './webhooks.ts';

export const MATCH_REASONS = [
  'matched',
  'matched_before_change',
  'webhook_deleted',
  'no_pattern_matches',
  'created_later',
  'pattern_changed',
  'state_event',
  'delivery_gone',
] as const;
/**
 * Why an event reached a webhook, or did not. The first three have a delivery: a pattern matches; none does any more,
 * because they were changed; the webhook is gone. `created_later`, `pattern_changed`: it would match now, and did not when
 * the event was accepted. `state_event`: an event about the state of a webhook reaches those alone that list its very type.
 * `delivery_gone`: it matches, and the delivery is not kept any more.
 */
export type MatchReason = (typeof MATCH_REASONS)[number];

/** What an event was to a webhook of its account. */
export interface EventMatch {
  webhookId: number;
  /** Null when the webhook is gone, as `state` is. */
  name: string | null;
  state: WebhookState | null;
  /** Its event types and patterns now. */
  events: string[];
  /** Whether the event has a delivery for it. */
  matched: boolean;
  reason: MatchReason;
  /** The reason in a sentence, for people. */
  message: string;
  deliveryId: string | null;
  deliveryStatus: DeliveryStatus | null;
}
