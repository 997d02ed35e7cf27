import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createLatch, waitUntil } from '@posthorn/testing';
import { consumeShards } from './consume-shards.ts';
import type { JobOutcome } from './open-consumer.ts';
import { openBackend } from './queue-backend.ts';
import { attemptJob, openTestQueues, type TestQueue } from './testing/open-test-queue.ts';

let queues: Awaited<ReturnType<typeof openTestQueues>>;
beforeAll(async () => {
  queues = await openTestQueues();
});
afterEach(() => queues.closeAll());
afterAll(() => queues.drop());

const jobsFor = (shard: number, count: number, delayMs = 0) =>
  Array.from({ length: count }, () => ({ job: attemptJob(), shard, delayMs }));

const idsOf = (entries: readonly { job: { d: string } }[]) => entries.map(({ job }) => job.d).toSorted();

const allEnded = (queue: TestQueue) =>
  waitUntil('no job is left', async () => {
    const { first, retry } = await queue.producer.depths();
    return [first, retry].every(({ waiting, delayed, active }) => waiting + delayed + active === 0);
  });

/** Holds jobs until they are let go, one by one or all. */
const createGate = () => {
  const held: (() => void)[] = [];
  let open = false;
  return {
    hold: (): Promise<JobOutcome> =>
      new Promise((resolve) => {
        if (open) resolve({ kind: 'done' });
        else held.push(() => resolve({ kind: 'done' }));
      }),
    letOneGo: () => held.shift()?.(),
    letAllGo() {
      open = true;
      for (const release of held.splice(0)) release();
    },
  };
};

describe('the concurrency of a lane', () => {
  test('is a total over all shards, and is used in full', async () => {
    const queue = queues.open({ shards: 4 });
    const entries = [0, 1, 2, 3].flatMap((shard) => jobsFor(shard, 25));
    await queue.producer.enqueue(entries);
    let running = 0;
    let most = 0;
    const { handled } = queue.consume({
      concurrency: { first: 6, retry: 1 },
      async handle() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return { kind: 'done' };
      },
    });
    await handled.waitFor(100);
    await allEnded(queue);
    expect(most).toBe(6);
    expect(idsOf(handled.items)).toEqual(idsOf(entries));
  });

  test('is all for one shard when the others have nothing to do', async () => {
    const queue = queues.open({ shards: 4 });
    await queue.producer.enqueue(jobsFor(2, 20));
    const gate = createGate();
    const { handled } = queue.consume({ concurrency: { first: 8, retry: 1 }, handle: gate.hold });
    await handled.waitFor(8);
    expect((await queue.producer.depths()).first).toEqual({ waiting: 12, delayed: 0, active: 8 });
    gate.letAllGo();
    await allEnded(queue);
  });

  test('a shard with a long queue does not keep its slots from another one', async () => {
    const queue = queues.open({ shards: 2 });
    await queue.producer.enqueue(jobsFor(0, 40));
    const gate = createGate();
    const { handled } = queue.consume({ concurrency: { first: 4, retry: 1 }, handle: gate.hold });
    await handled.waitFor(4);
    const others = jobsFor(1, 10);
    await queue.producer.enqueue(others);
    const isOther = new Set(others.map(({ job }) => job.d));
    const came = () => handled.items.filter(({ job }) => isOther.has(job.d)).length;
    // Each job that ends is followed by one; those of the other shard get their part of them before the queue is empty.
    while (came() < 10) {
      gate.letOneGo();
      await handled.waitFor(handled.items.length + 1);
    }
    expect(handled.items.length).toBeLessThan(44);
    gate.letAllGo();
    await allEnded(queue);
  });

  test('a consumer that is full leaves a job of another shard to one that is not', async () => {
    const queue = queues.open({ shards: 2 });
    await queue.producer.enqueue(jobsFor(0, 2));
    const gate = createGate();
    const full = queue.consume({ concurrency: { first: 2, retry: 1 }, handle: gate.hold });
    await full.handled.waitFor(2);
    const free = queue.consume({ concurrency: { first: 2, retry: 1 } });
    // Often enough that each of them is woken for some.
    const entries = jobsFor(1, 20);
    for (const [index, entry] of entries.entries()) {
      await queue.producer.enqueue([entry]);
      const startedAt = performance.now();
      await free.handled.waitFor(index + 1);
      expect(performance.now() - startedAt).toBeLessThan(3000);
    }
    expect(full.handled.items).toHaveLength(2);
    gate.letAllGo();
    await allEnded(queue);
  });

  test('closing waits for jobs in flight of every shard, and takes none that waits for a slot', async () => {
    const queue = queues.open({ shards: 3 });
    await queue.producer.enqueue([0, 1, 2].flatMap((shard) => jobsFor(shard, 3)));
    const gate = createGate();
    const { handled, consumer } = queue.consume({ concurrency: { first: 2, retry: 1 }, handle: gate.hold });
    await handled.waitFor(2);
    const closing = consumer.close();
    gate.letAllGo();
    await closing;
    expect(handled.items).toHaveLength(2);
    expect((await queue.producer.depths()).first).toEqual({ waiting: 7, delayed: 0, active: 0 });
  });
});

describe('a changed number of shards', () => {
  test.each([
    [1, 4],
    [4, 2],
    [4, 1],
  ])('from %i to %i: jobs that wait, are delayed or come from both sides are done once', async (before, after) => {
    const old = queues.open({ shards: before });
    const changed = queues.open({ ...old.settings, shards: after });
    const waiting = Array.from({ length: 12 }, (_, webhook) => jobsFor(webhook % before, 1)).flat();
    const delayed = Array.from({ length: 12 }, (_, webhook) => jobsFor(webhook % before, 1, 400)).flat();
    await old.producer.enqueue([...waiting, ...delayed]);
    const gate = createGate();
    const inFlight = old.consume({ concurrency: { first: 3, retry: 3 }, handle: gate.hold });
    await inFlight.handled.waitFor(3);
    // What the scheduler of either side does with a delivery that is overdue: the same shard, because the row has it.
    await changed.producer.enqueue([...waiting, ...delayed]);
    // While nothing can end: a job that has ended is forgotten, and what keeps it from being made again is its row.
    const later = Array.from({ length: 12 }, (_, webhook) => jobsFor(webhook % after, 1)).flat();
    await changed.producer.enqueue(later);
    await old.producer.enqueue([...waiting, ...later]);
    const new_ = changed.consume();
    const last = Array.from({ length: 12 }, (_, webhook) => jobsFor(webhook % before, 1)).flat();
    await old.producer.enqueue(last);
    const all = [...waiting, ...delayed, ...later, ...last];
    const came = () => [...inFlight.handled.items, ...new_.handled.items];
    await waitUntil('all have come', () => came().length >= all.length);
    gate.letAllGo();
    await allEnded(changed);
    expect(idsOf(came())).toEqual(idsOf(all));
  });

  test('a consumer alone finds the jobs in shards that are not its own, and leaves them when they are empty', async () => {
    const wide = queues.open({ shards: 8 });
    const events = { onLost() {}, onEvicting() {} };
    const backend = openBackend({ ...wide.settings, shards: 1 }, events, 'consumer');
    const done = createLatch<string>('jobs');
    const opened: string[] = [];
    const workers = consumeShards({
      backend: {
        ...backend,
        openWorker(lane, shard, process, options) {
          const worker = backend.openWorker(lane, shard, process, options);
          opened.push(`${lane} ${shard}`);
          worker.once('closed', () => opened.splice(opened.indexOf(`${lane} ${shard}`), 1));
          return worker;
        },
      },
      shards: 1,
      concurrency: { first: 5, retry: 5 },
      process: () => (job) => Promise.resolve(done.push('d' in job.data ? job.data.d : '')),
      onError() {},
      onFailed() {},
      onStalled() {},
      leaveAfterMs: 500,
    });
    const entries = [0, 5, 7].flatMap((shard) => jobsFor(shard, 3));
    await wide.producer.enqueue(entries);
    expect([...(await done.waitFor(9))].toSorted()).toEqual(idsOf(entries));
    expect(opened).toEqual(expect.arrayContaining(['first 0', 'retry 0', 'first 5', 'first 7']));
    await waitUntil('the empty shards are left', () => opened.length === 2);
    expect(opened.toSorted()).toEqual(['first 0', 'retry 0']);
    const again = jobsFor(5, 2);
    await wide.producer.enqueue(again);
    await done.waitFor(11);
    await workers.close();
    await backend.close();
  });
});
