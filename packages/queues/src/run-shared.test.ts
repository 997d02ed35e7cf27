import { describe, expect, test } from '@jest/globals';
import { runShared } from './run-shared.ts';
import { createSharedSlots } from './share-slots.ts';

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Slots of which one is taken by a job, as the gate takes it. */
const begin = (total: number) => {
  const slots = createSharedSlots(total);
  const seat = slots.join();
  expect(seat.tryTake()).toBe(true);
  const free = (): number => {
    const other = slots.join();
    let count = 0;
    while (other.tryTake()) count += 1;
    for (let n = 0; n < count; n += 1) other.release();
    return count;
  };
  return { slots, seat, free };
};

/** Runs that end when they are told to. */
const heldRuns = () => {
  const ends = new Map<number, (error?: Error) => void>();
  const run = (part: number): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.set(part, (error) => {
        ends.delete(part);
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  return { ends, run, running: () => [...ends.keys()] };
};

describe('the parts of a shared job', () => {
  test('run at once where there are slots, and hold one each', async () => {
    const { seat, free } = begin(5);
    const { ends, run, running } = heldRuns();
    const result = runShared([1, 2, 3], seat, run);
    await settle();
    expect(running()).toEqual([1, 2, 3]);
    expect(free()).toBe(2);
    ends.get(1)?.();
    await settle();
    expect(free()).toBe(3);
    ends.get(3)?.();
    await settle();
    expect(free()).toBe(4);
    ends.get(2)?.();
    expect(await result).toEqual({ left: [], failures: [] });
    // The slot of the job is given back by whoever took it.
    expect(free()).toBe(4);
    seat.release();
    expect(free()).toBe(5);
  });

  test('never hold more slots than there are, and use those that come free', async () => {
    const { seat, free } = begin(2);
    const { ends, run, running } = heldRuns();
    const result = runShared([1, 2, 3, 4], seat, run);
    await settle();
    expect(running()).toEqual([1, 2]);
    for (const [part, next] of [
      [2, [1, 3]],
      [1, [3, 4]],
      [3, [4]],
      [4, []],
    ] as const) {
      ends.get(part)?.();
      await settle();
      expect(running()).toEqual(next);
    }
    expect(await result).toEqual({ left: [], failures: [] });
    expect(free()).toBe(1);
  });

  test('come before jobs that were not begun', async () => {
    const { slots, seat } = begin(2);
    const other = slots.join();
    expect(other.tryTake()).toBe(true);
    const { ends, run, running } = heldRuns();
    const result = runShared([1, 2], seat, run);
    const granted: string[] = [];
    void slots
      .join()
      .take()
      .then(() => granted.push('a job'));
    await settle();
    expect(seat.mayKeep()).toBe(false);
    other.release();
    await settle();
    expect(running()).toEqual([1, 2]);
    expect(granted).toEqual([]);
    ends.get(1)?.();
    await settle();
    expect(granted).toEqual(['a job']);
    ends.get(2)?.();
    await result;
  });

  test('that failed are told with their errors, and hold up no other', async () => {
    const { seat, free } = begin(2);
    const { ends, run } = heldRuns();
    const result = runShared([1, 2, 3], seat, run);
    await settle();
    const error = new Error('away');
    ends.get(1)?.(error);
    await settle();
    ends.get(2)?.();
    ends.get(3)?.();
    expect(await result).toEqual({ left: [], failures: [{ part: 1, error }] });
    expect(free()).toBe(1);
  });

  test('that were not begun when no slot is given any more are left, and those that were end', async () => {
    const { seat } = begin(1);
    const { ends, run, running } = heldRuns();
    const result = runShared([1, 2, 3], seat, run);
    await settle();
    expect(running()).toEqual([1]);
    seat.leave();
    await settle();
    ends.get(1)?.();
    expect(await result).toEqual({ left: [2, 3], failures: [] });
  });

  test('that ask for a slot and need it no more give it to the next', async () => {
    const { slots, seat, free } = begin(2);
    const other = slots.join();
    expect(other.tryTake()).toBe(true);
    const { ends, run, running } = heldRuns();
    const result = runShared([1, 2], seat, run);
    await settle();
    ends.get(1)?.();
    await settle();
    expect(running()).toEqual([2]);
    ends.get(2)?.();
    expect(await result).toEqual({ left: [], failures: [] });
    other.release();
    await settle();
    expect(free()).toBe(1);
  });
});
