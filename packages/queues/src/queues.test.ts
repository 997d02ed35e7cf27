import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { attemptJob, createSeen, openTestQueues, type TestQueue } from './testing/open-test-queue.ts';
import type { JobOutcome } from './open-consumer.ts';

let queues: Awaited<ReturnType<typeof openTestQueues>>;
beforeAll(async () => {
  queues = await openTestQueues();
});
afterEach(() => queues.closeAll());
afterAll(() => queues.drop());

const now = (job = attemptJob()) => ({ job, shard: 0, delayMs: 0 });

/** A handler that holds every job until it is told to let go. */
const holdJobs = () => {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handle = async (): Promise<JobOutcome> => {
    await released;
    return { kind: 'done' };
  };
  return { handle, release };
};

const allEnded = (queue: TestQueue) =>
  waitUntil('no job is left', async () => {
    const { first, retry } = await queue.producer.depths();
    return [first, retry].every(({ waiting, delayed, active }) => waiting + delayed + active === 0);
  });

describe('a job', () => {
  test('arrives as it was enqueued, in its lane', async () => {
    const queue = queues.open();
    const jobs = [attemptJob(), attemptJob({ n: 2 }), attemptJob({ n: 0, r: attemptJob().d })];
    await queue.producer.enqueue(jobs.map((job) => now(job)));
    const { handled } = queue.consume();
    const arrived = await handled.waitFor(3);
    const found = jobs.map((job) => arrived.find((entry) => entry.job.d === job.d));
    expect(found.map((entry) => entry?.job)).toEqual(jobs);
    // A person waits for a manual retry: it is with what is new.
    expect(found.map((entry) => entry?.lane)).toEqual(['first', 'retry', 'first']);
  });

  test('enqueued twice while it waits, is delayed or is active runs once', async () => {
    const queue = queues.open();
    const [waiting, delayed, held] = [attemptJob(), attemptJob(), attemptJob()];
    const both = [now(waiting), { job: delayed, shard: 0, delayMs: 300 }];
    await queue.producer.enqueue(both);
    await queue.producer.enqueue([...both, now(delayed)]);
    expect((await queue.producer.depths()).first).toEqual({ waiting: 1, delayed: 1, active: 0 });
    const { handle, release } = holdJobs();
    const { handled } = queue.consume({
      handle: (job) => (job.d === held.d ? handle() : Promise.resolve({ kind: 'done' })),
    });
    await queue.producer.enqueue([now(held)]);
    await handled.waitFor(3);
    await queue.producer.enqueue([now(held)]);
    await queue.producer.enqueue([now(held)]);
    release();
    await allEnded(queue);
    // A job behind them all: whatever ran twice would have come before it.
    await queue.producer.enqueue([now()]);
    await handled.waitFor(4);
    await allEnded(queue);
    expect(
      handled.items
        .slice(0, 3)
        .map((entry) => entry.job.d)
        .toSorted(),
    ).toEqual([waiting.d, delayed.d, held.d].toSorted());
    expect(handled.items).toHaveLength(4);
  });

  test('can be enqueued again once it ended, by success or by giving up', async () => {
    const queue = queues.open();
    const [done, hopeless] = [attemptJob(), attemptJob()];
    const { handled, faults } = queue.consume({
      handle: (job) => (job.d === hopeless.d ? Promise.reject(new Error('no')) : Promise.resolve({ kind: 'done' })),
    });
    await queue.raw('first').add('attempt', hopeless, { jobId: `${hopeless.d}-1`, attempts: 1 });
    await queue.producer.enqueue([now(done)]);
    await faults.waitFor(1);
    await handled.waitFor(2);
    await allEnded(queue);
    await queue.producer.enqueue([now(done), now(hopeless)]);
    await handled.waitFor(4);
  });

  test('with a delay never comes before its time, and comes soon after', async () => {
    const queue = queues.open();
    const { handled } = queue.consume();
    const before = Date.now();
    await queue.producer.enqueue([250, 400].map((delayMs) => ({ job: attemptJob(), shard: 0, delayMs })));
    const enqueued = Date.now();
    const [first, second] = await handled.waitFor(2);
    expect(first!.atMs).toBeGreaterThanOrEqual(before + 250);
    expect(second!.atMs).toBeGreaterThanOrEqual(before + 400);
    expect(second!.atMs).toBeLessThan(enqueued + 3000);
  });

  test('whose turn has not come is put back as often as it takes, longer than a failing one', async () => {
    const queue = queues.open();
    const job = attemptJob();
    let turns = 0;
    const { handled, faults } = queue.consume({
      handle() {
        turns += 1;
        return Promise.resolve(turns <= 8 ? { kind: 'later', delayMs: 5, paced: false } : { kind: 'done' });
      },
    });
    await queue.producer.enqueue([now(job)]);
    await handled.waitFor(9);
    await allEnded(queue);
    expect(handled.items.map((entry) => entry.job)).toEqual(Array.from({ length: 9 }, () => job));
    expect(faults.items).toEqual([]);
  });

  test('that a rate limit gave a moment is marked with that moment, and comes not before it', async () => {
    const queue = queues.open();
    const { handled } = queue.consume({
      handle: (job) =>
        Promise.resolve(job.paced === undefined ? { kind: 'later', delayMs: 150, paced: true } : { kind: 'done' }),
    });
    const job = attemptJob();
    await queue.producer.enqueue([now(job)]);
    const [first, second] = await handled.waitFor(2);
    expect(second!.job).toEqual({ ...job, paced: expect.any(Number) });
    expect(second!.job.paced).toBeGreaterThanOrEqual(first!.atMs + 150);
    expect(second!.atMs).toBeGreaterThanOrEqual(second!.job.paced!);
  });

  test.each([true, false])('is put back for parts of a millisecond as well (by a rate limit: %s)', async (paced) => {
    const queue = queues.open();
    let turns = 0;
    const { handled, faults } = queue.consume({
      handle() {
        turns += 1;
        return Promise.resolve(turns === 1 ? { kind: 'later', delayMs: 7.3, paced } : { kind: 'done' });
      },
    });
    await queue.producer.enqueue([now(attemptJob())]);
    await handled.waitFor(2);
    await allEnded(queue);
    expect(faults.items).toEqual([]);
  });

  test('of 1,000 in bulk arrives once, with two consumers that share them', async () => {
    const queue = queues.open();
    const jobs = Array.from({ length: 1000 }, (_, index) => attemptJob({ n: index % 2 === 0 ? 1 : 2 }));
    const seen = createSeen();
    const taken = [0, 0];
    for (const nth of [0, 1]) {
      const handle = async (): Promise<JobOutcome> => {
        taken[nth]! += 1;
        return { kind: 'done' };
      };
      queue.consume({ handle }, seen);
    }
    await queue.producer.enqueue(jobs.map((job) => now(job)));
    const arrived = await seen.handled.waitFor(1000);
    await allEnded(queue);
    expect(new Set(arrived.map((entry) => entry.job.d)).size).toBe(1000);
    expect(arrived).toHaveLength(1000);
    expect(taken.every((count) => count > 0)).toBe(true);
  });
});

describe('lanes', () => {
  test('that are full do not hold up the other one', async () => {
    const queue = queues.open();
    const { handle, release } = holdJobs();
    const { handled } = queue.consume({
      concurrency: { first: 2, retry: 2 },
      handle: (job) => (job.n > 1 ? handle() : Promise.resolve({ kind: 'done' })),
    });
    await queue.producer.enqueue(Array.from({ length: 6 }, () => now(attemptJob({ n: 2 }))));
    await handled.waitFor(2);
    await queue.producer.enqueue(Array.from({ length: 5 }, () => now()));
    await handled.waitFor(7);
    expect(handled.items.filter((entry) => entry.lane === 'retry')).toHaveLength(2);
    expect((await queue.producer.depths()).retry).toEqual({ waiting: 4, delayed: 0, active: 2 });
    release();
    await allEnded(queue);
  });

  test('are counted apart', async () => {
    const queue = queues.open();
    await queue.producer.enqueue([
      now(),
      now(),
      { job: attemptJob(), shard: 0, delayMs: 60_000 },
      now(attemptJob({ n: 2 })),
      { job: attemptJob({ n: 3 }), shard: 0, delayMs: 60_000 },
      { job: attemptJob({ n: 3 }), shard: 0, delayMs: 60_000 },
    ]);
    expect(await queue.producer.depths()).toEqual({
      first: { waiting: 2, delayed: 1, active: 0 },
      retry: { waiting: 1, delayed: 2, active: 0 },
    });
  });
});
