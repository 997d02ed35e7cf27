import { describe, expect, test } from '@jest/globals';
import { createSharedSlots, type Seat } from './share-slots.ts';

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A shard with jobs without end: takes all that it can get, and ends jobs one by one. */
const createBusy = (seat: Seat) => {
  let held = 0;
  let waiting = false;
  const grow = (): void => {
    while (seat.tryTake()) held += 1;
    if (waiting) return;
    waiting = true;
    void seat.take().then((granted) => {
      waiting = false;
      if (!granted) return;
      held += 1;
      grow();
    });
  };
  return {
    grow,
    held: () => held,
    endOne() {
      if (held === 0 || seat.mayKeep()) return;
      held -= 1;
      seat.release();
      grow();
    },
  };
};

describe('shared slots', () => {
  test('are all for a shard that is alone, and never more', () => {
    const seat = createSharedSlots(3).join();
    expect([seat.tryTake(), seat.tryTake(), seat.tryTake(), seat.tryTake()]).toEqual([true, true, true, false]);
    expect(seat.mayKeep()).toBe(true);
    seat.release();
    expect(seat.tryTake()).toBe(true);
  });

  test('a shard that has none waits for the next job that ends, wherever it ends', async () => {
    const slots = createSharedSlots(2);
    const [full, empty] = [slots.join(), slots.join()];
    full.tryTake();
    full.tryTake();
    const turn = empty.take();
    expect(full.mayKeep()).toBe(false);
    full.release();
    expect(await turn).toBe(true);
    expect(full.mayKeep()).toBe(true);
  });

  test('shards that are all busy come to equal parts and stay there', async () => {
    const slots = createSharedSlots(100);
    const shards = Array.from({ length: 4 }, () => createBusy(slots.join()));
    for (const shard of shards) shard.grow();
    expect(shards.map((shard) => shard.held())).toEqual([100, 0, 0, 0]);
    for (let round = 0; round < 200; round += 1) {
      for (const shard of shards) shard.endOne();
      await settle();
    }
    const parts = shards.map((shard) => shard.held());
    expect(parts.reduce((sum, part) => sum + part)).toBe(100);
    expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(2);
  });

  test('with fewer slots than shards each has its turn', async () => {
    const slots = createSharedSlots(2);
    const shards = Array.from({ length: 6 }, () => createBusy(slots.join()));
    const turns = shards.map(() => 0);
    for (const shard of shards) shard.grow();
    for (let round = 0; round < 60; round += 1) {
      for (const [index, shard] of shards.entries()) {
        turns[index]! += shard.held();
        shard.endOne();
        await settle();
      }
    }
    expect(Math.min(...turns)).toBeGreaterThan(0);
    expect(Math.max(...turns)).toBeLessThan(2 * Math.min(...turns));
  });

  test('who leaves gets nothing any more, and what was meant for it goes to the next', async () => {
    const slots = createSharedSlots(1);
    const [holder, leaver, next] = [slots.join(), slots.join(), slots.join()];
    holder.tryTake();
    const [left, granted] = [leaver.take(), next.take()];
    leaver.leave();
    expect(await left).toBe(false);
    holder.release();
    expect(await granted).toBe(true);
    next.release();
    expect([leaver.tryTake(), await leaver.take()]).toEqual([false, false]);
    expect(next.tryTake()).toBe(true);
  });
});
