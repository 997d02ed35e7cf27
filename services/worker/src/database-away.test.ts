import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cutDatabase, type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { startTestWorker, type TestWorker } from './testing/start-test-worker.ts';

let worker: TestWorker;
let receiver: Receiver;
beforeEach(async () => {
  [worker, receiver] = await Promise.all([startTestWorker(), startReceiver()]);
});
afterEach(async () => {
  await worker.close();
  await receiver.close();
});

const settled = (ids: readonly string[], status: string) =>
  waitUntil(`the deliveries are ${status}`, async () => {
    const count = await worker.database.prisma.delivery
      .count({ where: { id: { in: [...ids] }, status } })
      .catch(() => 0);
    return count === ids.length;
  });

describe('when PostgreSQL goes away between sending and recording', () => {
  test.each([204, 500])(
    'the attempt that was answered %i is recorded once it is back, and is not made again',
    async (status) => {
      await worker.webhook({ targetUrl: receiver.url, policy: { retry: { delaysSeconds: [], jitter: 0 } } });
      let restore: (() => Promise<void>) | undefined;
      receiver.answerWith(async () => {
        restore ??= await cutDatabase(worker.databaseUrl);
        return { status };
      });
      const ids = await worker.publish();
      // The third try in vain is told: by then nothing but the memory of the worker knows of the attempt.
      await waitUntil('the log says that attempts wait', () =>
        worker.logLines.items.some((line) => line['message'] === 'attempts.wait_to_be_recorded'),
      );
      await restore?.();
      await settled(ids, status === 204 ? 'succeeded' : 'failed');
      await waitUntil('its job has ended', async () => {
        const { waiting, delayed, active } = (await worker.producer.depths()).first;
        return waiting + delayed + active === 0;
      });
      expect(await worker.database.prisma.attempt.count()).toBe(1);
      expect(receiver.requests).toHaveLength(1);
    },
  );
});
