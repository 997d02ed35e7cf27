import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisPlace } from '@posthorn/contracts';
import { startRedisCluster, startRedisSentinels, type TestTls, waitUntil, writeCertificates } from '@posthorn/testing';
import type { JobOutcome } from './open-consumer.ts';
import { attemptJob, openTestQueues } from './testing/open-test-queue.ts';

interface Started {
  place: RedisPlace;
  close(): Promise<void>;
}

let tls: TestTls;
beforeAll(async () => {
  tls = await writeCertificates();
});
afterAll(() => tls.close());

const PLACES: [string, () => Promise<Started>][] = [
  ['in a Cluster', () => startRedisCluster()],
  ['in a Cluster with TLS', () => startRedisCluster({ tls })],
  ['behind Sentinels', () => startRedisSentinels()],
  ['behind Sentinels with TLS and a password', () => startRedisSentinels({ tls, password: 'hunter2' })],
];

describe.each(PLACES)('Redis %s', (_name, start) => {
  let started: Started;
  let queues: Awaited<ReturnType<typeof openTestQueues>>;
  beforeAll(async () => {
    started = await start();
    queues = await openTestQueues();
  });
  afterEach(() => queues.closeAll());
  afterAll(async () => {
    await queues.drop();
    await started.close();
  });

  const SHARDS = 5;
  const open = () => queues.open({ redis: started.place, shards: SHARDS });
  const isReady = (queue: ReturnType<typeof open>) =>
    waitUntil('the queue answers', () =>
      queue.producer.ping().then(
        () => true,
        () => false,
      ),
    );

  test('jobs of every shard and lane arrive once, at once or when they are due', async () => {
    const queue = open();
    await isReady(queue);
    const jobs = Array.from({ length: 60 }, (_, index) => {
      const delayMs = index % 3 === 0 ? 300 : 0;
      return { job: attemptJob({ n: 1 + (index % 2) }), shard: index % SHARDS, delayMs };
    });
    const manual = { job: attemptJob({ n: 0, r: attemptJob().d }), shard: 3, delayMs: 0 };
    const enqueuedAt = Date.now();
    await queue.producer.enqueue([...jobs, manual]);
    await queue.producer.enqueue([...jobs, manual]);
    expect(await queue.producer.depths()).toEqual({
      first: { waiting: 21, delayed: 10, active: 0 },
      retry: { waiting: 20, delayed: 10, active: 0 },
    });
    const { handled, faults, refused } = queue.consume();
    const arrived = await handled.waitFor(61);
    await waitUntil('no job is left', async () => {
      const { first, retry } = await queue.producer.depths();
      return [first, retry].every(({ waiting, delayed, active }) => waiting + delayed + active === 0);
    });
    expect(handled.items).toHaveLength(61);
    const due = new Map([...jobs, manual].map(({ job, delayMs }) => [job.d, enqueuedAt + delayMs]));
    expect(arrived.every(({ job, atMs }) => atMs >= (due.get(job.d) ?? Infinity))).toBe(true);
    expect(arrived.filter(({ lane }) => lane === 'retry')).toHaveLength(30);
    expect([faults.items, refused.items]).toEqual([[], []]);
  });

  test('a job that failed by our fault, or whose turn has not come, comes again', async () => {
    const queue = open();
    await isReady(queue);
    const [failing, early] = [attemptJob(), attemptJob()];
    const turns: JobOutcome[] = [{ kind: 'later', delayMs: 50, paced: true }];
    let failed = false;
    const { handled, faults } = queue.consume({
      handle(job) {
        if (job.d === early.d) return Promise.resolve(turns.pop() ?? { kind: 'done' });
        if (failed) return Promise.resolve({ kind: 'done' });
        failed = true;
        return Promise.reject(new Error('PostgreSQL is away'));
      },
    });
    await queue.producer.enqueue([
      { job: failing, shard: 1, delayMs: 0 },
      { job: early, shard: 2, delayMs: 0 },
    ]);
    const arrived = await handled.waitFor(4);
    expect(arrived.map(({ job }) => job.d).toSorted()).toEqual([failing.d, failing.d, early.d, early.d].toSorted());
    expect(faults.items).toEqual([{ job: failing, message: 'PostgreSQL is away', final: false }]);
  });

  test('two consumers share a thousand jobs, and each is done once', async () => {
    const queue = open();
    await isReady(queue);
    const jobs = Array.from({ length: 1000 }, (_, index) => ({
      job: attemptJob({ n: 1 + (index % 2) }),
      shard: index % SHARDS,
      delayMs: 0,
    }));
    const one = queue.consume();
    const two = queue.consume();
    await queue.producer.enqueue(jobs);
    await waitUntil('all have come', () => one.handled.items.length + two.handled.items.length >= 1000);
    const came = [...one.handled.items, ...two.handled.items].map(({ job }) => job.d);
    expect(came.toSorted()).toEqual(jobs.map(({ job }) => job.d).toSorted());
    expect(Math.min(one.handled.items.length, two.handled.items.length)).toBeGreaterThan(0);
  });

  test('lost memory is told once', async () => {
    const { producer } = open();
    const answers = await Promise.all([producer.claimLostMemory(), producer.claimLostMemory()]);
    expect(answers.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, shard) => shard));
    expect(await producer.claimLostMemory()).toEqual([]);
  });
});
