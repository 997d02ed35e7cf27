import type { DeliveryStatus, MatchReason } from '@posthorn/contracts';
import { matchingPatterns } from './match-event.ts';

/** An event, and one webhook of its account. Times in Unix ms. */
export interface MatchInput {
  eventType: string;
  /** When the event was accepted, and its webhooks were looked up. */
  acceptedMs: number;
  /** As it is now; null when it was deleted. */
  webhook: { events: readonly string[]; registeredMs: number; updatedMs: number; updatedBy: string | null } | null;
  /** Status of the event's delivery for it; null when there is none. */
  delivery: DeliveryStatus | null;
}

/** Whether the event reached the webhook, and why or why not: a stable reason, and a sentence for people. */
export interface MatchExplanation {
  matched: boolean;
  reason: MatchReason;
  message: string;
}

/** Types of the events that the platform publishes about webhooks. They reach those alone that list the very type. */
const STATE_EVENT = /^webhook[1-9]\d{0,9}\.(?:started|stopped|errors)$/;

const FATES: Record<DeliveryStatus, string> = {
  pending: 'its delivery is on its way',
  succeeded: 'it was delivered',
  failed: 'its delivery failed, and its attempts are used up',
  held: 'its delivery is held, because the webhook was not Active',
  discarded: 'its delivery was discarded',
};

const MAX_NAMED = 10;

/** `a, b and 3 more` */
const nameSome = (names: readonly string[]): string => {
  const named = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${named} and ${names.length - MAX_NAMED} more` : named;
};

const at = (timeMs: number): string => new Date(timeMs).toISOString();

const describePatterns = (events: readonly string[], eventType: string): string => {
  if (events.length === 0) return 'It subscribes to no events.';
  return events.length === 1
    ? `Its pattern ${events[0]} does not match ${eventType}.`
    : `None of its patterns matches ${eventType}: ${nameSome(events)}.`;
};

const explainDelivered = (
  { eventType, webhook }: MatchInput,
  delivery: DeliveryStatus,
  matching: readonly string[],
): MatchExplanation => {
  const fate = FATES[delivery];
  if (webhook === null) {
    return { matched: true, reason: 'webhook_deleted', message: `The webhook was deleted since; ${fate}.` };
  }
  if (matching.length > 0)
    return { matched: true, reason: 'matched', message: `${nameSome(matching)} matches; ${fate}.` };
  const changed = `its patterns, which were changed since, do not match ${eventType} now`;
  return { matched: true, reason: 'matched_before_change', message: `It matched then, and ${fate}; ${changed}.` };
};

/**
 * Why an event reached a webhook or did not, by the rules of publishing: the patterns as they were when the event was
 * accepted decide, and the state does not. What they were is not kept, so that it is told from what is: the delivery, the
 * patterns now, and when the webhook was made and changed last.
 */
export const explainMatch = (input: MatchInput): MatchExplanation => {
  const { eventType, acceptedMs, webhook, delivery } = input;
  const known = new Set(matchingPatterns(eventType));
  const matching = (webhook?.events ?? []).filter((pattern) => known.has(pattern));
  if (delivery !== null) return explainDelivered(input, delivery, matching);
  const missed = (reason: MatchReason, message: string): MatchExplanation => ({ matched: false, reason, message });
  if (webhook === null) return missed('webhook_deleted', 'The webhook was deleted.');
  if (matching.length === 0) return missed('no_pattern_matches', describePatterns(webhook.events, eventType));
  const accepted = `when the event was accepted (${at(acceptedMs)})`;
  if (webhook.registeredMs > acceptedMs) {
    const message = `${nameSome(matching)} matches, but the webhook was not there ${accepted}: it was made ${at(webhook.registeredMs)}.`;
    return missed('created_later', message);
  }
  if (STATE_EVENT.test(eventType) && !matching.includes(eventType)) {
    const message = `Events about the state of a webhook reach those alone that list exactly ${eventType}; patterns do not match them.`;
    return missed('state_event', message);
  }
  if (webhook.updatedMs > acceptedMs) {
    const who = webhook.updatedBy === null ? '' : ` by ${webhook.updatedBy}`;
    const message = `${nameSome(matching)} matches now, and did not ${accepted}: the webhook was changed since, last ${at(webhook.updatedMs)}${who}.`;
    return missed('pattern_changed', message);
  }
  return missed(
    'delivery_gone',
    `${nameSome(matching)} matches, and the webhook was not changed since: its delivery is not kept any more.`,
  );
};
