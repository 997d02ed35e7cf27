import { describe, expect, test } from '@jest/globals';
import { createLatch } from '@posthorn/testing';
import { startLoop } from './start-loop.ts';

/** Longer than any test: a run that comes was asked for, not waited for. */
const NEVER_MS = 2 ** 30;

interface Run {
  finish(more: boolean | number): void;
  fail(error: Error): void;
}

/** A loop whose runs wait until the test ends them. */
const openLoop = (intervalMs: number) => {
  const runs = createLatch<Run>('runs');
  const told: string[] = [];
  const loop = startLoop({
    intervalMs,
    run: () => new Promise((resolve, reject) => runs.push({ finish: resolve, fail: reject })),
    onLost: (error) => told.push(`lost: ${(error as Error).message}`),
    onBack: () => told.push('back'),
  });
  const nth = async (n: number): Promise<Run> => (await runs.waitFor(n))[n - 1]!;
  return { loop, runs, told, nth };
};

/** Everything that is due without a timer has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('runs', () => {
  test('the first is made at once, and `true` asks for the next one without a pause', async () => {
    const { loop, runs, nth } = openLoop(NEVER_MS);
    (await nth(1)).finish(true);
    (await nth(2)).finish(true);
    (await nth(3)).finish(false);
    await settled();
    expect(runs.items).toHaveLength(3);
    await loop.stop();
  });

  test('a number asks for the next one after so many milliseconds, when that is sooner than usual', async () => {
    const { loop, nth } = openLoop(NEVER_MS);
    (await nth(1)).finish(1);
    (await nth(2)).finish(false);
    await loop.stop();
    const other = openLoop(1);
    (await other.nth(1)).finish(NEVER_MS);
    (await other.nth(2)).finish(false);
    await other.loop.stop();
  });

  test('they never overlap: however long one takes, the next one starts after it', async () => {
    let running = 0;
    let most = 0;
    const runs = createLatch<number>('runs');
    const loop = startLoop({
      intervalMs: 1,
      async run() {
        running += 1;
        most = Math.max(most, running);
        // Longer than the interval.
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        runs.push(running);
        return runs.items.length % 2 === 0;
      },
      onLost() {},
      onBack() {},
    });
    await runs.waitFor(6);
    await loop.stop();
    expect(most).toBe(1);
  });
});

describe('stop', () => {
  test('during the pause ends it at once', async () => {
    const { loop, runs, nth } = openLoop(NEVER_MS);
    (await nth(1)).finish(false);
    await settled();
    await loop.stop();
    await settled();
    expect(runs.items).toHaveLength(1);
  });

  test('during a run waits for that run, and no other one follows even when there is more', async () => {
    const { loop, runs, nth } = openLoop(1);
    const run = await nth(1);
    let ended = false;
    const stopping = loop.stop().then(() => (ended = true));
    await settled();
    expect(ended).toBe(false);
    run.finish(true);
    await stopping;
    await settled();
    expect(runs.items).toHaveLength(1);
  });

  test('twice is as good as once', async () => {
    const { loop, nth } = openLoop(NEVER_MS);
    (await nth(1)).finish(false);
    await Promise.all([loop.stop(), loop.stop()]);
    await loop.stop();
  });

  test('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const loop = startLoop({ intervalMs: NEVER_MS, run: () => Promise.resolve(false), onLost() {}, onBack() {} });
    await settled();
    expect(timers()).toBe(before + 1);
    await loop.stop();
    expect(timers()).toBe(before);
  });
});

describe('outages', () => {
  test('each is told once when it begins and once when it ends, and the loop goes on', async () => {
    const { loop, told, nth } = openLoop(1);
    (await nth(1)).finish(false);
    (await nth(2)).fail(new Error('first'));
    (await nth(3)).fail(new Error('second'));
    await nth(4);
    expect(told).toEqual(['lost: first']);
    (await nth(4)).finish(false);
    (await nth(5)).finish(true);
    await nth(6);
    expect(told).toEqual(['lost: first', 'back']);
    (await nth(6)).fail(new Error('third'));
    const last = await nth(7);
    expect(told).toEqual(['lost: first', 'back', 'lost: third']);
    const stopped = loop.stop();
    last.finish(false);
    await stopped;
    expect(told).toEqual(['lost: first', 'back', 'lost: third', 'back']);
  });

  test('a run that throws at once is an outage like any other, and has its pause', async () => {
    const told: unknown[] = [];
    const loop = startLoop({
      intervalMs: NEVER_MS,
      run: () => {
        throw new Error('at once');
      },
      onLost: (error) => told.push((error as Error).message),
      onBack() {},
    });
    await settled();
    expect(told).toEqual(['at once']);
    await loop.stop();
  });
});
