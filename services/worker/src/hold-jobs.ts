import type { DeliverableWebhook } from '@posthorn/contracts';
import { LANES, type Lane } from '@posthorn/queues';
import type { Pacer, Turn } from './pace-deliveries.ts';

/** Gives turns; a promise where a slot of the webhook will be free in a moment. */
export interface TurnGiver {
  take(webhook: DeliverableWebhook, lane: Lane, hasReservation: boolean): Turn | Promise<Turn>;
}

interface Held {
  webhook: DeliverableWebhook;
  hasReservation: boolean;
  timer: NodeJS.Timeout;
  go(turn: Turn): void;
}

/** A job is held for a slot that is expected so soon; otherwise it goes back to the queue and holds nothing. */
const SOON_MS = 50;
/** What was expected soon and did not come: the receiver has become slow. */
const GIVE_UP_MS = 100;

/**
 * Holds jobs of a webhook whose slots are all taken, but not for long: a receiver that answers in milliseconds gives them
 * back faster than a job goes through the queue once more. Without this one webhook alone gets a third of what a
 * worker can do, and Redis five times the work (measured); a receiver that is slow is treated as before.
 */
export const holdJobs = (pacer: Pacer): TurnGiver => {
  /** By webhook: those who wait for a slot of each lane, in their order. */
  const lines = new Map<number, Record<Lane, Held[]>>();

  const lineOf = (id: number, lane: Lane): Held[] => {
    let own = lines.get(id);
    if (own === undefined) {
      own = { first: [], retry: [] };
      lines.set(id, own);
    }
    return own[lane];
  };

  const start = (webhook: DeliverableWebhook, lane: Lane, hasReservation: boolean): Turn => {
    const turn = pacer.take(webhook, lane, hasReservation);
    if (turn.kind === 'wait') return turn;
    return {
      kind: 'go',
      release(durationMs) {
        turn.release(durationMs);
        admit(webhook.id);
      },
    };
  };

  const admit = (id: number): void => {
    const own = lines.get(id);
    if (own === undefined) return;
    for (const lane of LANES) {
      const line = own[lane];
      while (line[0] !== undefined && pacer.expectMs(line[0].webhook, lane, 0) === 0) {
        const { webhook, hasReservation, timer, go } = line.shift() as Held;
        clearTimeout(timer);
        go(start(webhook, lane, hasReservation));
      }
    }
    forgetEmpty(id);
  };

  const forgetEmpty = (id: number): void => {
    const own = lines.get(id);
    if (own !== undefined && LANES.every((lane) => own[lane].length === 0)) lines.delete(id);
  };

  return {
    take(webhook, lane, hasReservation) {
      const ahead = lines.get(webhook.id)?.[lane].length ?? 0;
      const expectedMs = pacer.expectMs(webhook, lane, ahead);
      if (expectedMs === 0 || expectedMs > SOON_MS) return start(webhook, lane, hasReservation);
      return new Promise((resolve) => {
        const line = lineOf(webhook.id, lane);
        const giveUp = (): void => {
          line.splice(line.indexOf(held), 1);
          forgetEmpty(webhook.id);
          resolve(start(webhook, lane, hasReservation));
        };
        const held: Held = { webhook, hasReservation, timer: setTimeout(giveUp, GIVE_UP_MS), go: resolve };
        line.push(held);
      });
    },
  };
};
