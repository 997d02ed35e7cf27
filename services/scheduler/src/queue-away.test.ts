import { afterEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { openQueue, type OwnQueue } from './testing/open-queue.ts';
import { startTestScheduler, type TestScheduler } from './testing/start-test-scheduler.ts';

let kit: TestScheduler | undefined;
let queue: OwnQueue | undefined;
afterEach(async () => {
  await kit?.close();
  await queue?.close();
});

describe('while the queue is away', () => {
  test('nothing is lost: what falls due comes by itself when it is back, manual retries too, once each', async () => {
    queue = await openQueue();
    kit = await startTestScheduler(queue.settings, { settle: true });
    const { arrived, logLines } = kit;
    const said = (message: string) => () => logLines.items.some((line) => line['message'] === message);
    kit.schedule(2);
    const [first] = await kit.accept(1);
    await kit.setTimes([first!], { dueIn: -1, wakeIn: -1 });
    await arrived.waitFor(1);
    await kit.ready();

    const bringBack = await queue.takeAway();
    const ids = await kit.accept(120);
    await kit.setTimes(ids, { dueIn: -1, wakeIn: -1 });
    const retryId = await kit.requestRetry(ids[0]!);
    await waitUntil('the scheduler says that it cannot', said('scheduler.promoting_failed'));
    await bringBack();
    await waitUntil('the scheduler says that it goes on', said('scheduler.promoting_again'));
    const came = () => arrived.items.map(({ job }) => job.r ?? job.d).filter((id) => id !== first);
    await waitUntil('all have come', () => new Set(came()).size >= 121);
    expect(came().toSorted()).toEqual([...ids, retryId].toSorted());
  });
});
