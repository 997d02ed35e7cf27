import { describe, expect, test } from '@jest/globals';
import { BatcherFullError, createBatcher } from './create-batcher.ts';
import { openBatcher, openFaulty } from './testing/open-batcher.ts';

const outcomes = async (results: Promise<string>[]): Promise<string[]> =>
  (await Promise.allSettled(results)).map((result) =>
    result.status === 'fulfilled' ? result.value : `failed: ${(result.reason as Error).message}`,
  );

describe('joining', () => {
  test('calls of one turn share a flush, and each gets the result of its own item', async () => {
    const { batcher, nth, itemsOf } = openBatcher();
    const results = [3, 1, 2].map((item) => batcher.add(item));
    (await nth(1)).finish(['three', 'one', 'two']);
    expect(await Promise.all(results)).toEqual(['three', 'one', 'two']);
    expect(itemsOf()).toEqual([[3, 1, 2]]);
  });

  test('what arrives during a flush gathers and leaves together in the next one', async () => {
    const { batcher, nth, itemsOf } = openBatcher();
    const first = batcher.add(1);
    const running = await nth(1);
    const others = [batcher.add(2), batcher.add(3)];
    expect(itemsOf()).toEqual([[1]]);
    running.finish();
    (await nth(2)).finish();
    expect(await Promise.all([first, ...others])).toEqual(['r1', 'r2', 'r3']);
    expect(itemsOf()).toEqual([[1], [2, 3]]);
  });

  test('a flush holds no more than maxSize items, in the order of arrival', async () => {
    const { batcher, nth, itemsOf } = openBatcher({ maxSize: 2 });
    const results = [1, 2, 3, 4, 5].map((item) => batcher.add(item));
    for (const n of [1, 2, 3]) (await nth(n)).finish();
    expect(await Promise.all(results)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
    expect(itemsOf()).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('no more than maxFlushes run at a time, and the next one starts as soon as one ends', async () => {
    const { batcher, nth, itemsOf } = openBatcher({ maxSize: 1, maxFlushes: 2 });
    const results = [1, 2, 3].map((item) => batcher.add(item));
    const second = await nth(2);
    expect(itemsOf()).toEqual([[1], [2]]);
    second.finish();
    const third = await nth(3);
    expect(await results[1]).toBe('r2');
    (await nth(1)).finish();
    third.finish();
    expect(await Promise.all(results)).toEqual(['r1', 'r2', 'r3']);
  });
});

describe('bounds', () => {
  test('beyond maxPending the caller is told so at once, and there is room again when a flush has ended', async () => {
    const { batcher, nth } = openBatcher({ maxPending: 2, maxSize: 1 });
    const first = batcher.add(1);
    const second = batcher.add(2);
    expect(batcher.pending).toBe(2);
    await expect(batcher.add(3)).rejects.toBeInstanceOf(BatcherFullError);
    expect(batcher.pending).toBe(2);
    (await nth(1)).finish();
    expect(await first).toBe('r1');
    const running = await nth(2);
    const third = batcher.add(4);
    running.finish();
    (await nth(3)).finish();
    expect(await Promise.all([second, third])).toEqual(['r2', 'r4']);
  });

  test('a failed flush makes room too', async () => {
    const { batcher, nth } = openBatcher({ maxPending: 1 });
    const first = batcher.add(1);
    (await nth(1)).fail(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await batcher.drain();
    expect(batcher.pending).toBe(0);
    const second = batcher.add(2);
    (await nth(2)).finish();
    expect(await second).toBe('r2');
  });

  test('drain waits for what waits and for what is in a flush', async () => {
    const { batcher, nth } = openBatcher({ maxSize: 1 });
    await batcher.drain();
    const done: string[] = [];
    const results = [1, 2].map((item) => batcher.add(item).then((result) => done.push(result)));
    const drained = batcher.drain().then(() => done.push('drained'));
    (await nth(1)).finish();
    (await nth(2)).finish();
    await Promise.all([...results, drained]);
    expect(done).toEqual(['r1', 'r2', 'drained']);
    expect(batcher.pending).toBe(0);
  });
});

describe('errors', () => {
  const isItemFault = () => true;

  test.each([[[1]], [[4]], [[8]], [[2, 7]], [[1, 2, 3, 4, 5, 6, 7, 8]]])(
    'the faulty items %p fail alone, each with its own error, and the others are done exactly once',
    async (faulty) => {
      const { batcher, stored } = openFaulty(faulty, isItemFault);
      const items = [1, 2, 3, 4, 5, 6, 7, 8];
      const result = await outcomes(items.map((item) => batcher.add(item)));
      expect(result).toEqual(items.map((item) => (faulty.includes(item) ? `failed: item ${item}` : `r${item}`)));
      expect(stored).toEqual(items.filter((item) => !faulty.includes(item)));
      await batcher.drain();
      expect(batcher.pending).toBe(0);
    },
  );

  test('a single item that fails is not tried again', async () => {
    const { batcher, flushes } = openFaulty([1], isItemFault);
    await expect(batcher.add(1)).rejects.toThrow('item 1');
    expect(flushes).toEqual([[1]]);
  });

  test.each([
    ['the error is of the whole', () => false],
    ['nothing tells the two apart', undefined],
  ])('all items fail, after one flush, where %s', async (_what, tells) => {
    const { batcher, stored, flushes } = openFaulty([2], tells);
    expect(await outcomes([1, 2, 3].map((item) => batcher.add(item)))).toEqual(Array(3).fill('failed: item 2'));
    expect(flushes).toEqual([[1, 2, 3]]);
    expect(stored).toEqual([]);
  });

  test('an error of the whole in one half leaves the other half as it is', async () => {
    const { batcher, nth, itemsOf } = openBatcher({ isItemFault: (error) => (error as Error).message === 'item' });
    const results = [1, 2, 3, 4].map((item) => batcher.add(item));
    (await nth(1)).fail(new Error('item'));
    (await nth(2)).finish();
    (await nth(3)).fail(new Error('connection'));
    expect(await outcomes(results)).toEqual(['r1', 'r2', 'failed: connection', 'failed: connection']);
    expect(itemsOf()).toEqual([
      [1, 2, 3, 4],
      [1, 2],
      [3, 4],
    ]);
  });

  test('a flush that throws before it gives a promise fails its items, and the next one runs', async () => {
    let broken = true;
    const batcher = createBatcher<number, number>({
      maxSize: 10,
      maxFlushes: 1,
      maxPending: 10,
      flush: (items) => {
        if (broken) throw new Error('at once');
        return Promise.resolve(items);
      },
    });
    await expect(batcher.add(1)).rejects.toThrow('at once');
    broken = false;
    expect(await batcher.add(2)).toBe(2);
  });

  test('where no verdict can be had the items fail with their own error, and the next flush runs', async () => {
    const { batcher, nth } = openBatcher({
      isItemFault: () => {
        throw new Error('no verdict');
      },
    });
    const results = [1, 2].map((item) => batcher.add(item));
    (await nth(1)).fail(new Error('gone'));
    expect(await outcomes(results)).toEqual(['failed: gone', 'failed: gone']);
    const next = batcher.add(3);
    (await nth(2)).finish();
    expect(await next).toBe('r3');
  });

  test('a flush that gives another number of results than items fails them: nobody gets the result of another', async () => {
    const { batcher, nth } = openBatcher();
    const results = [1, 2].map((item) => batcher.add(item));
    (await nth(1)).finish(['r2']);
    const message = 'failed: A flush of 2 items gave 1 results';
    expect(await outcomes(results)).toEqual([message, message]);
  });
});
