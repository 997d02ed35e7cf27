import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLatch, redisAt, startRedis, type TestRedis, testQueueSettings, waitUntil } from '@posthorn/testing';
import { MAX_SHARDS, type QueueSettings } from '@posthorn/contracts';
import type { ConnectionEvents } from './connection-events.ts';
import { openProducer, type Producer } from './open-producer.ts';
import { attemptJob, openTestQueues, type TestQueue } from './testing/open-test-queue.ts';

let redis: TestRedis;
let queues: Awaited<ReturnType<typeof openTestQueues>>;
let queue: TestQueue;
beforeEach(async () => {
  redis = await startRedis();
  queues = await openTestQueues();
  queue = queues.open({ redis: redisAt(redis.url) });
});
afterEach(async () => {
  await queues.closeAll();
  await queues.drop();
  await redis.close();
});

const now = (job = attemptJob()) => ({ job, shard: 0, delayMs: 0 });

const isBack = (producer: Producer) =>
  waitUntil('the producer is connected again', () =>
    producer.ping().then(
      () => true,
      () => false,
    ),
  );

/** What a listener was told. */
const createListener = () => {
  const told = createLatch<'lost' | 'back'>('connection events');
  const events: ConnectionEvents = {
    onLost: () => told.push('lost'),
    onBack: () => told.push('back'),
    onEvicting() {},
  };
  return { told, events };
};

const settings = (): QueueSettings => ({
  redis: redisAt(redis.url),
  databaseUrl: '',
  prefix: testQueueSettings().QUEUE_PREFIX,
  shards: 1,
});

describe('a producer while Redis is away', () => {
  test('rejects at once, and works again by itself when Redis is back', async () => {
    const { handled } = queue.consume();
    await queue.producer.enqueue([now()]);
    await handled.waitFor(1);
    await redis.stop();
    const startedAt = performance.now();
    await expect(queue.producer.enqueue([now()])).rejects.toThrow(/isn't writeable|Connection is closed/);
    await expect(queue.producer.ping()).rejects.toThrow();
    await expect(queue.producer.claimLostMemory()).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await redis.start();
    await isBack(queue.producer);
    const job = attemptJob();
    await queue.producer.enqueue([now(job)]);
    const arrived = await handled.waitFor(2);
    expect(arrived[1]?.job).toEqual(job);
  });

  test('can be closed', async () => {
    await queue.producer.enqueue([now()]);
    await redis.stop();
    await queue.producer.close();
  });
});

describe('a consumer while Redis is away', () => {
  test('can be closed when it has nothing to do', async () => {
    const { handled, consumer } = queue.consume();
    await queue.producer.enqueue([now()]);
    await handled.waitFor(1);
    await redis.stop();
    await consumer.close();
  });

  test('can be closed when it has: handlers end first, though nobody can be told', async () => {
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let ended = false;
    const { handled, consumer } = queue.consume({
      async handle() {
        await released;
        ended = true;
        return { kind: 'done' };
      },
    });
    await queue.producer.enqueue([now()]);
    await handled.waitFor(1);
    await redis.stop();
    const closing = consumer.close();
    release();
    await closing;
    expect(ended).toBe(true);
  });
});

describe('the memory of Redis', () => {
  test('is lost for the first who asks a new one and after it was emptied or restarted, and for nobody else', async () => {
    const { producer } = queue;
    await isBack(producer);
    const answers = await Promise.all([producer.claimLostMemory(), producer.claimLostMemory()]);
    expect(answers.map((shards) => shards.length).toSorted()).toEqual([0, MAX_SHARDS]);
    expect(await producer.claimLostMemory()).toEqual([]);
    await redis.flush();
    expect(await producer.claimLostMemory()).toHaveLength(MAX_SHARDS);
    expect(await producer.claimLostMemory()).toEqual([]);
    await redis.stop();
    await redis.start();
    await isBack(producer);
    expect(await producer.claimLostMemory()).toHaveLength(MAX_SHARDS);
  });

  test('is a matter of the prefix: two installations on one Redis do not see each other', async () => {
    const other = queues.open({ redis: redisAt(redis.url) });
    await Promise.all([isBack(queue.producer), isBack(other.producer)]);
    expect(await queue.producer.claimLostMemory()).toHaveLength(MAX_SHARDS);
    expect(await other.producer.claimLostMemory()).toHaveLength(MAX_SHARDS);
    await other.producer.enqueue([now()]);
    expect((await queue.producer.depths()).first.waiting).toBe(0);
  });
});

describe('an outage is told', () => {
  test('by a producer once when it begins and once when it ends, for each outage', async () => {
    const { told, events } = createListener();
    const producer = openProducer(settings(), events);
    await isBack(producer);
    for (const outage of [1, 2]) {
      await redis.stop();
      await told.waitFor(2 * outage - 1);
      // Several attempts to connect fail meanwhile.
      await expect(producer.enqueue([now()])).rejects.toThrow();
      await redis.start();
      await told.waitFor(2 * outage);
      await isBack(producer);
    }
    await producer.close();
    expect(told.items).toEqual(['lost', 'back', 'lost', 'back']);
  });

  test('by a consumer once too, which goes on with what was enqueued afterwards', async () => {
    const { told, events } = createListener();
    const { handled, consumer } = queue.consume({ events });
    await isBack(queue.producer);
    await redis.stop();
    await told.waitFor(1);
    await redis.start();
    await isBack(queue.producer);
    await queue.producer.enqueue([now(), now(attemptJob({ n: 2 }))]);
    await handled.waitFor(2);
    await told.waitFor(2);
    await consumer.close();
    expect(told.items).toEqual(['lost', 'back']);
  });

  test('and a job that Redis has forgotten meanwhile is none: the queue refused, and the next job is taken', async () => {
    const { told, events } = createListener();
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = attemptJob();
    const { handled, refused, consumer } = queue.consume({
      events,
      async handle(job) {
        if (job.d === held.d) await released;
        return { kind: 'done' };
      },
    });
    await queue.producer.enqueue([now(held)]);
    await handled.waitFor(1);
    await redis.flush();
    release();
    expect(await refused.waitFor(1)).toEqual([expect.stringContaining('Missing')]);
    await queue.producer.enqueue([now()]);
    await handled.waitFor(2);
    await consumer.close();
    expect(told.items).toEqual([]);
  });
});
