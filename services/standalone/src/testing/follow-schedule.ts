import type { DeliveryView } from '@posthorn/client';
import { type Receiver, type TestClock, waitUntil } from '@posthorn/testing';
import { onlyDelivery } from './call-dialect.ts';
import type { TestPipeline } from './start-test-pipeline.ts';

/** Every retry waits in the database, whose clock the test moves, and none in the queue, whose clock is the machine's. */
export const ALL_RETRIES_WAIT = { RETRY_HORIZON_SECONDS: '0' };

/** What became of a delivery whose receiver never succeeds. */
export interface FollowedSchedule {
  /** Seconds from the record of each failed attempt to the time of the next. */
  delays: number[];
  delivery: DeliveryView;
}

/**
 * Publishes an event that one webhook gets, and follows its delivery to the end: waits for each attempt to be recorded,
 * reads when the next one is due, and moves the clock there. More requests than attempts, or an
 * attempt before its time, is an error.
 */
export const followSchedule = async (
  pipeline: TestPipeline,
  clock: TestClock,
  { event, receiver }: { event: { type: string; data: unknown }; receiver: Receiver },
): Promise<FollowedSchedule> => {
  const before = receiver.requests.length;
  const { id } = await pipeline.client.events.publish(event);
  const deliveryId = await onlyDelivery(pipeline, id);
  const delays: number[] = [];
  for (let attempt = 1; ; attempt += 1) {
    await receiver.waitFor(before + attempt);
    const delivery = await waitUntil(`attempt ${attempt} is recorded`, async () => {
      const found = await pipeline.client.deliveries.get(deliveryId);
      return found.attempts >= attempt ? found : null;
    });
    const made = receiver.requests.length - before;
    if (delivery.attempts !== attempt || made !== attempt) throw new Error(`${made} requests at attempt ${attempt}.`);
    if (delivery.nextAttemptAt === null) return { delays, delivery };
    const delay = (Date.parse(delivery.nextAttemptAt) - (await clock.now()).getTime()) / 1000;
    delays.push(delay);
    await clock.advance(delay);
  }
};
