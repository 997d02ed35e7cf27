import type { DeliverableWebhook } from '@posthorn/contracts';
import { type FleetPosition, shareRate, shareSlots } from '@posthorn/domain';
import type { Lane } from '@posthorn/queues';

/** Leave to send now, to be given back afterwards; or how long to wait. */
export type Turn =
  | { kind: 'go'; /** Once, when the receiver has answered. */ release(durationMs: number): void }
  /** `reserved`: the rate limit has set this moment aside for the job, which is not asked to wait for it again. */
  | { kind: 'wait'; delayMs: number; reserved: boolean };

export interface Pacer {
  take(webhook: DeliverableWebhook, lane: Lane, hasReservation: boolean): Turn;
  /** How long a job would wait for a slot of its webhook behind so many others, in ms; 0 when one is free for it. */
  expectMs(webhook: DeliverableWebhook, lane: Lane, ahead: number): number;
  /** Attempts of a lane that run now, over all webhooks. */
  inFlight(lane: Lane): number;
}

export interface PacerOptions {
  concurrency: Readonly<Record<Lane, number>>;
  /** Share of a lane that one webhook may take. */
  webhookShare: number;
  position(): FleetPosition;
  nowMs?(): number;
}

/** What is known of one webhook while it is busy. */
interface Traffic {
  inFlight: Record<Lane, number>;
  /** Typical duration of an attempt: a moving average. */
  typicalMs: number;
  /** When the next request may leave under the rate limit. */
  nextSendMs: number;
  /** When the next of the jobs that found no slot may come again: they are lined up, not let loose together. */
  nextVisitMs: number;
}

/** A rate limit sets moments aside only this far ahead, so that a change of it or of the state takes effect soon. */
const MAX_RESERVATION_MS = 30_000;
const MAX_WAIT_MS = 30_000;
const MIN_WAIT_MS = 20;
/** When other workers have all the slots of a webhook. */
const ELSEWHERE_MS = 1000;
const FORGET_OVER = 10_000;

/**
 * Keeps webhooks apart: each has a bounded share of the slots, so that a receiver that hangs holds up its own deliveries
 * and no others; and keeps a webhook's own limits, of which every worker enforces its part. A job whose turn has not come
 * is put back into the queue and holds nothing meanwhile.
 */
export const createPacer = (options: PacerOptions): Pacer => {
  const { concurrency, webhookShare, position } = options;
  const nowMs = options.nowMs ?? Date.now;
  const traffic = new Map<number, Traffic>();
  const inFlight: Record<Lane, number> = { first: 0, retry: 0 };

  const trafficOf = (id: number): Traffic => {
    let own = traffic.get(id);
    if (own === undefined) {
      own = { inFlight: { first: 0, retry: 0 }, typicalMs: 200, nextSendMs: 0, nextVisitMs: 0 };
      traffic.set(id, own);
      if (traffic.size > FORGET_OVER) forgetIdle();
    }
    return own;
  };

  const forgetIdle = (): void => {
    const now = nowMs();
    for (const [id, own] of traffic) {
      const busy = own.inFlight.first + own.inFlight.retry > 0 || own.nextSendMs > now || own.nextVisitMs > now;
      if (!busy) traffic.delete(id);
    }
  };

  /** Slots that are free for the webhook now, and how many it has at most. */
  const slotsOf = (webhook: DeliverableWebhook, own: Traffic, lane: Lane): { free: number; cap: number } => {
    const laneCap = Math.max(1, Math.floor(concurrency[lane] * webhookShare));
    const laneFree = laneCap - own.inFlight[lane];
    if (webhook.policy.maxInFlight === undefined) return { free: laneFree, cap: laneCap };
    const cap = shareSlots(webhook.policy.maxInFlight, position());
    const free = cap - own.inFlight.first - own.inFlight.retry;
    return { free: Math.min(laneFree, free), cap: Math.min(laneCap, cap) };
  };

  const waitForSlot = (own: Traffic, cap: number, reserved: boolean): Turn => {
    if (cap === 0) return { kind: 'wait', delayMs: ELSEWHERE_MS, reserved };
    const now = nowMs();
    own.nextVisitMs = Math.min(Math.max(now, own.nextVisitMs) + own.typicalMs / cap, now + MAX_WAIT_MS);
    return { kind: 'wait', delayMs: Math.max(MIN_WAIT_MS, own.nextVisitMs - now), reserved };
  };

  const waitForRate = (own: Traffic, perSecond: number): Turn | null => {
    const now = nowMs();
    const intervalMs = 1000 / shareRate(perSecond, position());
    const sendMs = Math.max(now, own.nextSendMs);
    const delayMs = sendMs - now;
    // Too far to be set aside: come again when the line is shorter, spread over the time that it takes.
    if (delayMs > MAX_RESERVATION_MS) {
      own.nextVisitMs = Math.max(own.nextVisitMs + intervalMs, now + MAX_RESERVATION_MS / 2);
      const visitInMs = Math.min(own.nextVisitMs - now, 10 * MAX_WAIT_MS);
      return { kind: 'wait', delayMs: visitInMs, reserved: false };
    }
    own.nextSendMs = sendMs + intervalMs;
    return delayMs < 1 ? null : { kind: 'wait', delayMs, reserved: true };
  };

  return {
    inFlight: (lane) => inFlight[lane],
    expectMs(webhook, lane, ahead) {
      const own = trafficOf(webhook.id);
      const { free, cap } = slotsOf(webhook, own, lane);
      if (free > ahead) return 0;
      return cap === 0 ? Infinity : ((ahead + 1 - Math.max(0, free)) * own.typicalMs) / cap;
    },
    take(webhook, lane, hasReservation) {
      const own = trafficOf(webhook.id);
      const { free, cap } = slotsOf(webhook, own, lane);
      if (free <= 0) return waitForSlot(own, cap, hasReservation);
      const { rateLimit } = webhook.policy;
      if (rateLimit !== undefined && !hasReservation) {
        const wait = waitForRate(own, rateLimit.perSecond);
        if (wait !== null) return wait;
      }
      own.inFlight[lane] += 1;
      inFlight[lane] += 1;
      return {
        kind: 'go',
        release(durationMs) {
          own.inFlight[lane] -= 1;
          inFlight[lane] -= 1;
          own.typicalMs += (durationMs - own.typicalMs) / 8;
        },
      };
    },
  };
};
