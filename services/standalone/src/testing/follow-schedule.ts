import type { DeliveryView } from '@posthorn/client';
import { type Receiver, type TestClock, waitUntil } from '@posthorn/testing';
import type { TestPipeline } from './start-test-pipeline.ts';

/** What became of a delivery whose receiver never succeeds. */
export interface FollowedSchedule {
  /** Seconds between the record of each failed attempt and the next one's time, by the clock of the database. */
  delays: number[];
  delivery: DeliveryView;
}

/**
 * Follows a delivery to its end: waits for each attempt to be recorded, reads when the next one is due, and moves the clock
 * exactly there. An attempt that came early or late would break the count of requests.
 */
export const followSchedule = async (
  pipeline: TestPipeline,
  clock: TestClock,
  { deliveryId, receiver, attempts }: { deliveryId: string; receiver: Receiver; attempts: number },
): Promise<FollowedSchedule> => {
  const before = receiver.requests.length;
  const delays: number[] = [];
  for (let attempt = 1; ; attempt += 1) {
    await receiver.waitFor(before + attempt);
    const delivery = await waitUntil(`attempt ${attempt} is recorded`, async () => {
      const now = await pipeline.client.deliveries.get(deliveryId);
      return now.attempts === attempt ? now : null;
    });
    if (delivery.nextAttemptAt === null || attempt > attempts) return { delays, delivery };
    if (receiver.requests.length !== before + attempt) throw new Error(`More than ${attempt} requests came.`);
    const last = delivery.attemptLog.at(-1);
    const due = Date.parse(delivery.nextAttemptAt);
    const now = (await clock.now()).getTime();
    delays.push(Math.round((due - now) / 1000 + secondsSince(last)));
    await clock.advance((due - now) / 1000);
  }
};

/** How long ago, by this machine's clock, an attempt ended: so long the next one's wait has been running. */
const secondsSince = (attempt: DeliveryView['attemptLog'][number] | undefined): number =>
  attempt === undefined ? 0 : (Date.now() - Date.parse(attempt.startedAt) - attempt.durationMs) / 1000;
