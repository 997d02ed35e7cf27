import type { WebhookPolicy } from '@posthorn/contracts';

export interface ReplayPlanInput {
  /** Deliveries of all replays that may be under way at once. */
  maxInFlight: number;
  /** Deliveries of all replays in a second. */
  perSecond: number;
  /** Replays that run now, this one among them. */
  running: number;
  /** Deliveries of this replay that are under way. */
  inFlight: number;
  /** Milliseconds since it took some last; null when it has not yet. */
  sinceTakenMs: number | null;
  /** The limits that its webhook has itself. */
  policy: Pick<WebhookPolicy, 'rateLimit' | 'maxInFlight'>;
}

const SECOND_MS = 1000;

/** Half of what a webhook allows, but one: the other half stays for what is new. */
const half = (limit: number | undefined): number =>
  limit === undefined ? Infinity : Math.max(1, Math.floor(limit / 2));

/**
 * How many deliveries a replay may send on now. Replays share both limits evenly. Of a webhook with limits of its own a
 * replay never lines up more than half a second's or half of the slots, so that what is new waits at most that long.
 */
export const planReplay = (input: ReplayPlanInput): number => {
  const { running, inFlight, sinceTakenMs, policy } = input;
  const share = Math.max(1, Math.floor(input.maxInFlight / running));
  const cap = Math.min(share, half(policy.rateLimit?.perSecond), half(policy.maxInFlight));
  const perSecond = input.perSecond / running;
  // What was not used up is not saved for later, but for the one delivery that a slow rate adds up to.
  const longestMs = Math.max(SECOND_MS, SECOND_MS / perSecond);
  const elapsedMs = Math.min(sinceTakenMs ?? longestMs, longestMs);
  const due = Math.floor((elapsedMs / SECOND_MS) * perSecond + 1e-9);
  return Math.max(0, Math.min(cap - inFlight, due));
};
