import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AttemptJob } from '@posthorn/contracts';
import { queueBackend, redisAt } from '@posthorn/testing';
import { openProducer } from './open-producer.ts';
import { attemptJob, openTestQueues, quiet } from './testing/open-test-queue.ts';

let queues: Awaited<ReturnType<typeof openTestQueues>>;
beforeAll(async () => {
  queues = await openTestQueues();
});
afterEach(() => queues.closeAll());
afterAll(() => queues.drop());

const now = (job = attemptJob()) => ({ job, shard: 0, delayMs: 0 });

describe('a fault of ours', () => {
  test('is told, and the job is tried again', async () => {
    const queue = queues.open();
    let tries = 0;
    const { handled, faults } = queue.consume({
      handle() {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('PostgreSQL is away')) : Promise.resolve({ kind: 'done' });
      },
    });
    const job = attemptJob();
    await queue.producer.enqueue([now(job)]);
    const [first, second] = await handled.waitFor(2);
    expect(faults.items).toEqual([{ job, message: 'PostgreSQL is away', final: false }]);
    // Not at once: what is away needs a moment.
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(500);
  });

  test('that lasts is told as final when the queue gives up, and then only', async () => {
    const queue = queues.open();
    const { faults } = queue.consume({ handle: () => Promise.reject(new Error('still away')) });
    const job = attemptJob();
    await queue.raw('first').add('attempt', job, { attempts: 3, backoff: { type: 'fixed', delay: 5 } });
    const told = await faults.waitFor(3);
    expect(told.map((fault) => fault.final)).toEqual([false, false, true]);
  });

  test('of one job holds up no other', async () => {
    const queue = queues.open();
    const bad = attemptJob();
    const { handled } = queue.consume({
      concurrency: { first: 1, retry: 1 },
      handle: (job) => (job.d === bad.d ? Promise.reject(new Error('no')) : Promise.resolve({ kind: 'done' })),
    });
    await queue.producer.enqueue([now(bad), now(), now()]);
    await handled.waitFor(3);
    expect(new Set(handled.items.slice(0, 3).map((entry) => entry.job.d)).size).toBe(3);
  });
});

describe('a job that cannot be read', () => {
  test.each([
    ['of another version', { ...attemptJob(), v: 2 }],
    ['with fields of another version', { ...attemptJob(), later: true }],
    ['with an id that is none', { ...attemptJob(), d: 'x' }],
    ['without anything', {}],
    ['that is text', 'damaged'],
  ])('%s is dropped, told, and blocks no other', async (_name, data) => {
    const queue = queues.open();
    await queue.raw('first').add('attempt', data as unknown as AttemptJob, { jobId: 'damaged' });
    await queue.producer.enqueue([now()]);
    const { handled, unreadable, faults } = queue.consume({ concurrency: { first: 1, retry: 1 } });
    const [told] = await unreadable.waitFor(1);
    expect(told).toEqual({ data, reason: expect.stringMatching(/./) });
    await handled.waitFor(1);
    expect(handled.items).toHaveLength(1);
    expect(faults.items).toEqual([]);
    // Gone for good: its id can be used again.
    await queue.raw('first').add('attempt', attemptJob(), { jobId: 'damaged' });
    await handled.waitFor(2);
  });
});

describe('closing a consumer', () => {
  test('waits for the handlers in flight, whose jobs are done then, and takes no new job', async () => {
    const queue = queues.open();
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { handled, consumer } = queue.consume({
      concurrency: { first: 2, retry: 1 },
      async handle() {
        await released;
        return { kind: 'done' };
      },
    });
    await queue.producer.enqueue(Array.from({ length: 5 }, () => now()));
    await handled.waitFor(2);
    let closed = false;
    const closing = consumer.close().then(() => {
      closed = true;
    });
    await queue.producer.enqueue([now()]);
    await queue.producer.ping();
    expect(closed).toBe(false);
    release();
    await closing;
    expect(handled.items).toHaveLength(2);
    expect((await queue.producer.depths()).first).toEqual({ waiting: 4, delayed: 0, active: 0 });
    const next = queue.consume();
    await next.handled.waitFor(4);
  });
});

describe('while the backend is away', () => {
  test('ping rejects with the reason, soon, and the producer can be closed', async () => {
    const isRedis = queueBackend() === 'redis';
    const producer = openProducer(
      {
        redis: isRedis ? redisAt('redis://127.0.0.1:1') : undefined,
        databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
        prefix: 'away',
        shards: 1,
      },
      quiet,
    );
    const startedAt = performance.now();
    await expect(producer.ping()).rejects.toThrow(isRedis ? /isn't writeable/ : /ECONNREFUSED/);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    await producer.close();
  });
});
