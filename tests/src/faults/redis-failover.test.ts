import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  redisSettings,
  startRedisCluster,
  startRedisSentinels,
  type TestRedisCluster,
  type TestSentinels,
  waitUntil,
} from '@posthorn/testing';
import { createFaultRunner } from '../testing/create-fault-runner.ts';
import { type FaultSystem, startFaultSystem } from '../testing/start-fault-system.ts';

// Two deployments at once: both wait most of the time for a replica to become the primary.

let sentinels: TestSentinels;
let cluster: TestRedisCluster;
let systems: FaultSystem[] = [];
const runFault = createFaultRunner(() => systems);

beforeAll(async () => {
  [sentinels, cluster] = await Promise.all([startRedisSentinels(), startRedisCluster({ replicas: true })]);
  const places = [
    ['Redis, Sentinel', redisSettings(sentinels.place), {}],
    ['Redis Cluster', redisSettings(cluster.place), { DELIVERY_SHARDS: '6' }],
  ] as const;
  for (const [backend, settings, env] of places) {
    const startPlace = () => Promise.resolve({ settings, close: () => Promise.resolve() });
    // Of six shards some are on each primary.
    const webhooks = Object.fromEntries(['/0', '/1', '/2', '/3', '/4', '/5'].map((path) => [path, '?delayMs=300']));
    systems.push(await startFaultSystem({ backend, startPlace, replicas: { notifier: 0 }, webhooks, env }));
  }
}, 180_000);

afterAll(async () => {
  await Promise.all(systems.map((system) => system.close()));
  systems = [];
  await Promise.all([sentinels?.close(), cluster?.close()]);
}, 60_000);

describe('a primary of Redis', () => {
  test('is killed, and a replica takes its place: every event is taken and arrives', async () => {
    const primary = await sentinels.primary();
    const results = await runFault({
      fault: 'failover to a replica',
      perSecond: 15,
      begin: () => Promise.all([primary.stop(), cluster.primaries[1]?.stop()]),
      during: () =>
        Promise.all([
          sentinels.failedOver(primary),
          waitUntil('the replica in the Cluster is a primary', async () =>
            (await cluster.replicas[1]?.command('INFO replication'))?.includes('role:master'),
          ),
        ]),
      end: () => Promise.resolve(),
    });
    for (const { refused, unanswered } of results) {
      expect({ refused, unanswered }).toEqual({ refused: [], unanswered: {} });
    }
  }, 240_000);
});
