import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AttemptJob } from '@posthorn/contracts';
import { createLatch } from '@posthorn/testing';
import type { JobOutcome, Later } from './open-consumer.ts';
import type { Enqueue } from './open-producer.ts';
import { attemptJob, openTestQueues } from './testing/open-test-queue.ts';

let queues: Awaited<ReturnType<typeof openTestQueues>>;
beforeAll(async () => {
  queues = await openTestQueues();
});
afterEach(() => queues.closeAll());
afterAll(() => queues.drop());

const DONE: JobOutcome = { kind: 'done' };

const sharedBy = (sharedJob: string, count: number): Enqueue[] =>
  Array.from({ length: count }, () => ({ job: attemptJob(), shard: 0, delayMs: 0, sharedJob }));

describe('a shared job', () => {
  test('is one job of the queue, and each of its attempts arrives with its id', async () => {
    const queue = queues.open();
    const [one, other] = [randomUUID(), randomUUID()];
    const entries = [...sharedBy(one, 3), ...sharedBy(other, 2)];
    const own = attemptJob();
    await queue.producer.enqueue([...entries, { job: own, shard: 0, delayMs: 0 }]);
    expect((await queue.producer.depths()).first).toEqual({ waiting: 3, delayed: 0, active: 0 });
    const { handled } = queue.consume();
    const jobs = (await handled.waitFor(6)).map(({ job }) => job);
    for (const { job, sharedJob } of entries) expect(jobs).toContainEqual({ ...job, s: sharedJob });
    expect(jobs).toContainEqual(own);
  });

  test('that waits or runs is found, and enqueued again it is not there twice', async () => {
    const queue = queues.open();
    const id = randomUUID();
    const look = () => queue.producer.findShared([id, randomUUID()].map((jobId) => ({ jobId, shard: 0 })));
    expect(await look()).toEqual(new Set());
    const entries = sharedBy(id, 4);
    await queue.producer.enqueue(entries);
    expect(await look()).toEqual(new Set([id]));
    await queue.producer.enqueue(entries.slice(2));
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const { handled, consumer } = queue.consume({ handle: () => released.then(() => DONE) });
    await handled.waitFor(4);
    expect(await look()).toEqual(new Set([id]));
    release();
    await consumer.close();
    expect(await look()).toEqual(new Set());
    expect(handled.items).toHaveLength(4);
  });

  test('takes no more slots than there are', async () => {
    const queue = queues.open();
    let [running, most] = [0, 0];
    const handle = async (): Promise<JobOutcome> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return DONE;
    };
    await queue.producer.enqueue([1, 2, 3, 4].flatMap(() => sharedBy(randomUUID(), 20)));
    const { handled } = queue.consume({ handle, concurrency: { first: 7, retry: 1 } });
    await handled.waitFor(80);
    expect(most).toBe(7);
  });

  test('goes on without an attempt whose turn has not come', async () => {
    const queue = queues.open();
    const entries = sharedBy(randomUUID(), 3);
    const early = entries[1]!.job.d;
    const left = createLatch<[AttemptJob, Later]>('attempts that left');
    const { handled, consumer } = queue.consume({
      handle: (job) => Promise.resolve(job.d === early ? { kind: 'later', delayMs: 70, paced: true } : DONE),
      leaveShared(job, later) {
        left.push([job, later]);
        return Promise.resolve();
      },
    });
    await queue.producer.enqueue(entries);
    await handled.waitFor(3);
    expect(await left.waitFor(1)).toEqual([
      [expect.objectContaining({ d: early }), { kind: 'later', delayMs: 70, paced: true }],
    ]);
    await consumer.close();
    expect((await queue.producer.depths()).first).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });

  test('of which an attempt fails by a fault of ours comes again as a whole; only that one is told of', async () => {
    const queue = queues.open();
    const entries = sharedBy(randomUUID(), 3);
    const bad = entries[2]!.job.d;
    let failures = 0;
    const { handled, faults } = queue.consume({
      handle(job) {
        if (job.d !== bad || failures > 0) return Promise.resolve(DONE);
        failures += 1;
        return Promise.reject(new Error('the database is away'));
      },
    });
    await queue.producer.enqueue(entries);
    await handled.waitFor(6);
    expect(faults.items).toEqual([
      { job: expect.objectContaining({ d: bad }), message: 'the database is away', final: false },
    ]);
  });

  test('of which a consumer that stops has not begun all: those leave it, at once', async () => {
    const queue = queues.open();
    const entries = sharedBy(randomUUID(), 3);
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const left = createLatch<[AttemptJob, Later]>('attempts that left');
    const { handled, consumer } = queue.consume({
      handle: () => released.then(() => DONE),
      leaveShared(job, later) {
        left.push([job, later]);
        return Promise.resolve();
      },
      concurrency: { first: 1, retry: 1 },
    });
    await queue.producer.enqueue(entries);
    const [begun] = await handled.waitFor(1);
    const closed = consumer.close();
    release();
    await closed;
    expect(handled.items).toHaveLength(1);
    const others = entries.map(({ job }) => job.d).filter((id) => id !== begun?.job.d);
    expect(left.items.map(([{ d }]) => d).toSorted()).toEqual(others.toSorted());
    expect(left.items.map(([, later]) => later)).toEqual(
      others.map(() => ({ kind: 'later', delayMs: 0, paced: false })),
    );
    expect((await queue.producer.depths()).first).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });
});
