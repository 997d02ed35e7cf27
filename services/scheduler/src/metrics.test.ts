import { afterEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { openQueue, type OwnQueue } from './testing/open-queue.ts';
import { startTestScheduler, type TestScheduler } from './testing/start-test-scheduler.ts';

let kit: TestScheduler | undefined;
let queue: OwnQueue | undefined;
afterEach(async () => {
  await kit?.close();
  await queue?.close();
  [kit, queue] = [undefined, undefined];
});

/** Samples of a metric of the scheduler that was started first, by their labels. */
const samplesOf = async ({ metrics }: TestScheduler, name: string): Promise<Record<string, number>> => {
  const metric = await metrics[0]?.getSingleMetric(name)?.get();
  return Object.fromEntries(
    (metric?.values ?? []).map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
};

const untilShown = (what: string, isThere: () => Promise<boolean>): Promise<boolean> => waitUntil(what, isThere);

describe('a scheduler counts', () => {
  test('retries that came within the horizon apart from jobs that were overdue', async () => {
    kit = await startTestScheduler();
    const own = kit;
    const ids = await kit.accept(5);
    await kit.setTimes(ids.slice(0, 2), { dueIn: 300, wakeIn: -1, attempts: 1 });
    await kit.setTimes(ids.slice(2), { dueIn: -90, wakeIn: -1 });
    await kit.requestRetry(ids[0]!);
    kit.schedule();
    const total = async () => {
      const [promoted, again] = await Promise.all([
        samplesOf(own, 'posthorn_retries_promoted_total'),
        samplesOf(own, 'posthorn_jobs_enqueued_again_total'),
      ]);
      return [promoted[''], again['']];
    };
    await untilShown('all are enqueued', async () => (await total()).join(' ') === '2 4');
    expect(await samplesOf(kit, 'posthorn_queue_memory_losses_total')).toEqual({ '': 0 });
  });
});

describe('what waits is measured', () => {
  test('while the queue is away its numbers are not shown, and those of the rows are', async () => {
    queue = await openQueue();
    kit = await startTestScheduler(queue.settings);
    const own = kit;
    const [id] = await kit.accept(1);
    kit.schedule();
    const jobs = () => samplesOf(own, 'posthorn_queue_jobs');
    const lanes = ['first waiting', 'first delayed', 'first active', 'retry waiting', 'retry delayed', 'retry active'];
    await untilShown('the queue is measured', async () => Object.keys(await jobs()).length > 0);
    expect(Object.keys(await jobs()).toSorted()).toEqual(lanes.toSorted());

    const bringBack = await queue.takeAway();
    await untilShown('its numbers are gone', async () => Object.keys(await jobs()).length === 0);
    await kit.setTimes([id!], { dueIn: -40, wakeIn: 60 });
    await untilShown('the age of what is due goes on', async () => {
      const { first = 0 } = await samplesOf(own, 'posthorn_oldest_due_age_seconds');
      return first >= 40;
    });
    await bringBack();
    await untilShown('it is measured again', async () => Object.keys(await jobs()).length > 0);
    const said = kit.logLines.items.map((line) => line['message']);
    expect(said).toContain('scheduler.measuring_failed');
  });
});
