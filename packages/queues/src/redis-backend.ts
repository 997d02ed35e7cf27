import { MAX_SHARDS, type RedisPlace } from '@posthorn/contracts';
import { Queue, Worker } from 'bullmq';
import { LANES, type Lane, queueName } from './catalog.ts';
import { connectConsumer, connectProducer, type RedisClient } from './connect-redis.ts';
import type { BackendEvents } from './connection-events.ts';
import { isRedisOutage } from './is-outage.ts';
import { shardPrefix } from './place-shards.ts';
import type { QueueBackend } from './queue-backend.ts';
import { checkEviction, tellErrors } from './watch-redis.ts';

const ALL_SHARDS: readonly number[] = Array.from({ length: MAX_SHARDS }, (_, shard) => shard);

/** Where BullMQ has the jobs of a queue, whatever their state: `prioritized` and `paused` by hand only. */
const JOB_LISTS = ['wait', 'active', 'delayed', 'prioritized', 'paused'];

export interface RedisBackendOptions {
  place: RedisPlace;
  prefix: string;
  /** Shards that must answer for the queue to be healthy. */
  shards: number;
  events: BackendEvents;
  /** A consumer waits for Redis; a producer does not, and tells of servers that may drop jobs. */
  role: 'producer' | 'consumer';
}

/**
 * The queues on Redis. Every command of ours has the keys of one shard only, which are in one slot. One connection serves
 * all queues of a process; BullMQ makes another one for each worker, for the command that blocks.
 */
export const openRedisBackend = ({ place, prefix, shards, events, role }: RedisBackendOptions): QueueBackend => {
  const isCluster = place.kind === 'cluster';
  const client: RedisClient = role === 'producer' ? connectProducer(place) : connectConsumer(place);
  const prefixes = ALL_SHARDS.map((shard) => shardPrefix(prefix, shard, isCluster));
  const prefixOf = (shard: number): string => prefixes[shard] ?? shardPrefix(prefix, shard, isCluster);
  const memoryKey = (shard: number): string => `${prefixOf(shard)}:memory`;
  const jobKeys = (shard: number): string[] =>
    LANES.flatMap((lane) => JOB_LISTS.map((list) => `${prefixOf(shard)}:${queueName(lane)}:${list}`));

  const lookAtShards = async (): Promise<void> => {
    await Promise.all(ALL_SHARDS.slice(0, shards).map((shard) => client.exists(memoryKey(shard))));
  };
  tellErrors(client, events);
  if (role === 'producer') checkEviction(client, events);
  const reached = new Promise<void>((resolve) => client.once('ready', () => resolve()));

  const claim = async (shard: number): Promise<boolean> =>
    (await client.set(memoryKey(shard), String(Date.now()), 'NX')) === 'OK';
  const chosen = async (of: readonly number[], test: (shard: number) => Promise<boolean>): Promise<number[]> => {
    const answers = await Promise.all(of.map((shard) => test(shard)));
    return of.filter((_, index) => answers[index]);
  };

  return {
    shardOf: (shard) => shard,
    openQueue: (lane: Lane, shard, options) =>
      new Queue(queueName(lane), { ...options, connection: client, prefix: prefixOf(shard) }),
    openWorker: (lane: Lane, shard, process, options) =>
      new Worker(queueName(lane), process, { ...options, connection: client, prefix: prefixOf(shard) }),
    wakeAnother(lane, shard) {
      // As BullMQ's scripts do when they add a job. When it fails a worker looks by itself, seconds later.
      client.zadd(`${prefixOf(shard)}:${queueName(lane)}:marker`, 0, '0').catch(() => {});
    },
    async ping() {
      if (isCluster) await lookAtShards();
      else await client.ping();
    },
    shardsWithJobs: () => chosen(ALL_SHARDS, async (shard) => (await client.exists(...jobKeys(shard))) > 0),
    async claimLostMemory() {
      // Asked first of all by a scheduler that starts: a connection that is not made yet is not an outage.
      await reached;
      // The nodes of a Cluster forget one by one; one Redis has one memory, and a mark in its first shard tells for all.
      if (isCluster) return chosen(ALL_SHARDS, claim);
      return (await claim(0)) ? ALL_SHARDS : [];
    },
    isOutage: isRedisOutage,
    async close() {
      client.disconnect();
      await Promise.resolve();
    },
  };
};
