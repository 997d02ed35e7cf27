import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_SHARDS } from '@posthorn/contracts';
import { createLatch, startRedisCluster, type TestRedisCluster, waitUntil } from '@posthorn/testing';
import type { ConnectionEvents } from './connection-events.ts';
import { openProducer, type Producer } from './open-producer.ts';
import { shardTag, slotOf } from './place-shards.ts';
import { attemptJob, enqueueUntilTaken, openTestQueues, type TestQueue } from './testing/open-test-queue.ts';

const SHARDS = 6;

let cluster: TestRedisCluster;
let queues: Awaited<ReturnType<typeof openTestQueues>>;
beforeEach(async () => {
  queues = await openTestQueues();
});
afterEach(async () => {
  await queues.closeAll();
  await queues.drop();
});

const openQueue = async (): Promise<TestQueue> => {
  const queue = queues.open({ redis: cluster.place, shards: SHARDS });
  await answers(queue.producer);
  return queue;
};

const answers = (producer: Producer) =>
  waitUntil('the producer reaches every shard', () =>
    producer.ping().then(
      () => true,
      () => false,
    ),
  );

/** The shards whose keys are on the nth primary. */
const shardsOn = (queue: TestQueue, nth: number, count: number): number[] =>
  Array.from({ length: count }, (_, shard) => shard).filter(
    (shard) => Math.floor((slotOf(shardTag(queue.settings.prefix, shard)) * 3) / 16_384) === nth,
  );

const jobFor = (shard: number, delayMs = 0) => ({ job: attemptJob(), shard, delayMs });

const createListener = () => {
  const told = createLatch<string>('connection events');
  const events: ConnectionEvents = {
    onLost: () => told.push('lost'),
    onBack: () => told.push('back'),
    onEvicting: (node, policy) => told.push(`${policy} on ${node}`),
  };
  return { told, events };
};

describe('a Cluster of which one node is away', () => {
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  test('goes on with the shards of the others, says that it is not well, and is whole again by itself', async () => {
    const queue = await openQueue();
    const { told, events } = createListener();
    const { handled } = queue.consume({ events });
    await queue.producer.enqueue(Array.from({ length: SHARDS }, (_, shard) => jobFor(shard)));
    await handled.waitFor(SHARDS);
    const [away] = [shardsOn(queue, 0, SHARDS), shardsOn(queue, 1, SHARDS), shardsOn(queue, 2, SHARDS)];
    expect(away).toHaveLength(2);
    const others = Array.from({ length: SHARDS }, (_, shard) => shard).filter((shard) => !away.includes(shard));

    await cluster.primaries[0]?.stop();
    await told.waitFor(1);
    await expect(queue.producer.ping()).rejects.toThrow();
    const sent = others.map((shard) => jobFor(shard));
    // What the node away cannot take rejects the call, and does not keep back what the others can.
    await expect(queue.producer.enqueue([...sent, jobFor(away[0]!)])).rejects.toThrow();
    const arrived = await handled.waitFor(SHARDS + others.length);
    expect(arrived.slice(SHARDS).map(({ job }) => job.d)).toEqual(expect.arrayContaining(sent.map(({ job }) => job.d)));

    await cluster.primaries[0]?.start();
    await cluster.whole();
    await answers(queue.producer);
    await queue.producer.enqueue(away.map((shard) => jobFor(shard)));
    await handled.waitFor(SHARDS + others.length + away.length);
    await waitUntil('the end of the outage is told', () => told.items.at(-1) === 'back');
  }, 90_000);

  test('and came back empty has lost the memory of its shards, and of no others', async () => {
    const { producer, settings } = await openQueue();
    expect(await producer.claimLostMemory()).toHaveLength(MAX_SHARDS);
    await producer.enqueue(Array.from({ length: SHARDS }, (_, shard) => jobFor(shard, 60_000)));
    await cluster.primaries[1]?.stop();
    await cluster.primaries[1]?.start();
    await cluster.whole();
    await answers(producer);
    const lost = shardsOn({ settings } as TestQueue, 1, MAX_SHARDS);
    expect(await producer.claimLostMemory()).toEqual(lost);
    expect(await producer.claimLostMemory()).toEqual([]);
    expect((await producer.depths()).first.delayed).toBe(SHARDS - lost.filter((shard) => shard < SHARDS).length);
  });

  test('each node that may drop jobs is told, once', async () => {
    const [first, , third] = cluster.primaries;
    await first?.command('CONFIG SET maxmemory-policy allkeys-lru');
    await third?.command('CONFIG SET maxmemory-policy volatile-ttl');
    const { told, events } = createListener();
    const producer = openProducer({ redis: cluster.place, databaseUrl: '', prefix: 'evicting', shards: 1 }, events);
    const lines = await told.waitFor(2);
    await answers(producer);
    await producer.close();
    expect(lines.toSorted()).toEqual([
      `allkeys-lru on 127.0.0.1:${first?.port}`,
      `volatile-ttl on 127.0.0.1:${third?.port}`,
    ]);
  });

  test('can be closed when all of them are away, and so can one that was never reached', async () => {
    const queue = await openQueue();
    const { handled } = queue.consume();
    await queue.producer.enqueue([jobFor(0)]);
    await handled.waitFor(1);
    await Promise.all(cluster.primaries.map((node) => node.stop()));
    const late = queues.open({ redis: cluster.place, shards: SHARDS });
    late.consume();
    const startedAt = performance.now();
    await Promise.all([queue.close(), late.close()]);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('a Cluster whose nodes have replicas', () => {
  beforeAll(async () => {
    cluster = await startRedisCluster({ replicas: true });
  });
  afterAll(() => cluster.close());

  // One whose primary is killed, under load: tests/src/faults/redis-failover.test.ts.
  test('goes on by itself when a primary hangs', async () => {
    const queue = await openQueue();
    const { handled } = queue.consume();
    await queue.producer.enqueue(Array.from({ length: SHARDS }, (_, shard) => jobFor(shard)));
    await handled.waitFor(SHARDS);
    cluster.primaries[2]!.hang();
    await waitUntil('its replica is the primary', async () =>
      (await cluster.replicas[2]!.command('INFO replication')).includes('role:master'),
    );
    const jobs = Array.from({ length: 5 * SHARDS }, (_, index) => jobFor(index % SHARDS));
    await enqueueUntilTaken(queue.producer, jobs);
    const came = () => new Set(handled.items.map(({ job }) => job.d));
    await waitUntil('all have come', () => jobs.every(({ job }) => came().has(job.d)), { timeoutMs: 60_000 });
  }, 120_000);
});
