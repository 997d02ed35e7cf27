import { expect, test } from '@jest/globals';
import type { Worker } from 'bullmq';
import { limitWait } from './limit-wait.ts';

/** The part of a worker that is asked for here. */
const workerThat = (waitForJob: (blockUntil: number) => Promise<number>) => {
  const inner = { waitForJob };
  limitWait(inner as unknown as Worker, 50);
  return inner;
};

test('a wait that ends gives what it found', async () => {
  const worker = workerThat((blockUntil) => Promise.resolve(blockUntil + 1));
  expect(await worker.waitForJob(41)).toBe(42);
});

test('a wait that fails fails', async () => {
  const worker = workerThat(() => Promise.reject(new Error('closed')));
  await expect(worker.waitForJob(0)).rejects.toThrow('closed');
});

test('a wait that never ends is one for a job that may be there now', async () => {
  const worker = workerThat(() => new Promise(() => {}));
  expect(await worker.waitForJob(Infinity)).toBe(0);
});
