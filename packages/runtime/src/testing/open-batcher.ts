import { createLatch } from '@posthorn/testing';
import { type BatcherOptions, createBatcher } from '../create-batcher.ts';

interface Flush {
  items: readonly number[];
  finish(results?: readonly string[]): void;
  fail(error: unknown): void;
}

/** A batcher whose flushes wait until the test ends them. */
export const openBatcher = (options: Partial<BatcherOptions<number, string>> = {}) => {
  const flushes = createLatch<Flush>('flushes');
  const batcher = createBatcher<number, string>({
    maxSize: 100,
    maxFlushes: 1,
    maxPending: 1000,
    flush: (items) =>
      new Promise((resolve, reject) => {
        flushes.push({ items, finish: (results = items.map((item) => `r${item}`)) => resolve(results), fail: reject });
      }),
    ...options,
  });
  const nth = async (n: number): Promise<Flush> => (await flushes.waitFor(n))[n - 1]!;
  const itemsOf = () => flushes.items.map((flush) => flush.items);
  return { batcher, nth, itemsOf };
};

/** A batcher that does its work at once; the faulty items make the flush that holds them fail as a whole. */
export const openFaulty = (faulty: readonly number[], isItemFault?: (error: unknown) => boolean) => {
  const stored: number[] = [];
  const flushes: (readonly number[])[] = [];
  const batcher = createBatcher<number, string>({
    maxSize: 100,
    maxFlushes: 2,
    maxPending: 1000,
    flush: async (items) => {
      flushes.push(items);
      const bad = items.find((item) => faulty.includes(item));
      if (bad !== undefined) throw new Error(`item ${bad}`);
      stored.push(...items);
      return items.map((item) => `r${item}`);
    },
    ...(isItemFault === undefined ? {} : { isItemFault }),
  });
  return { batcher, stored, flushes };
};
