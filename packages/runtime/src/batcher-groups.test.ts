import { describe, expect, test } from '@jest/globals';
import { BatcherFullError } from './create-batcher.ts';
import { openBatcher, openFaulty } from './testing/open-batcher.ts';

describe('groups', () => {
  const valuesOf = (results: PromiseSettledResult<string>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message));

  test('resolve once, with the result of each item in order, over as many flushes as it takes', async () => {
    const { batcher, nth, itemsOf } = openBatcher({ maxSize: 2 });
    const group = batcher.addAll([1, 2, 3]);
    (await nth(1)).finish();
    (await nth(2)).finish();
    expect(valuesOf(await group)).toEqual(['r1', 'r2', 'r3']);
    expect(itemsOf()).toEqual([[1, 2], [3]]);
    await batcher.drain();
    expect(batcher.pending).toBe(0);
    expect(await batcher.addAll([])).toEqual([]);
    expect(await batcher.addWhenRoom([])).toEqual([]);
  });

  test('keep the fault of one item from the others', async () => {
    const { batcher } = openFaulty([2], () => true);
    expect(valuesOf(await batcher.addAll([1, 2, 3]))).toEqual(['r1', 'item 2', 'r3']);
  });

  test('are taken as a whole or not at all', async () => {
    const { batcher, nth } = openBatcher({ maxPending: 4 });
    const first = batcher.addAll([1, 2]);
    await expect(batcher.addAll([3, 4, 5])).rejects.toBeInstanceOf(BatcherFullError);
    expect(batcher.pending).toBe(2);
    const second = batcher.addAll([3, 4]);
    (await nth(1)).finish();
    expect(valuesOf([...(await first), ...(await second)])).toEqual(['r1', 'r2', 'r3', 'r4']);
  });

  test('that are larger than all the room are taken when nothing else waits', async () => {
    const { batcher, nth } = openBatcher({ maxPending: 2 });
    const single = batcher.add(0);
    await expect(batcher.addAll([1, 2, 3])).rejects.toBeInstanceOf(BatcherFullError);
    (await nth(1)).finish();
    await single;
    await batcher.drain();
    const group = batcher.addAll([1, 2, 3]);
    (await nth(2)).finish();
    expect(valuesOf(await group)).toEqual(['r1', 'r2', 'r3']);
  });

  test('that wait for room enter one after the other as it comes, and draining waits for them', async () => {
    const { batcher, nth, itemsOf } = openBatcher({ maxPending: 2 });
    const groups = [
      [1, 2],
      [3, 4],
      [5, 6],
    ].map((items) => batcher.addWhenRoom(items));
    expect(batcher.pending).toBe(2);
    const drained = batcher.drain();
    for (const n of [1, 2, 3]) (await nth(n)).finish();
    expect(valuesOf((await Promise.all(groups)).flat())).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
    await drained;
    expect(itemsOf()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });
});
