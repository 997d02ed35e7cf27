import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  redisSettings,
  startReceiver,
  startRedisCluster,
  startRedisSentinels,
  type TestRedisCluster,
  type TestSentinels,
  waitUntil,
} from '@posthorn/testing';
import { contactEvent, startTestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let servers: TestSentinels;
let cluster: TestRedisCluster;
beforeAll(async () => {
  [servers, cluster] = await Promise.all([startRedisSentinels(), startRedisCluster({ replicas: true })]);
});
afterAll(async () => {
  await Promise.all([servers.close(), cluster.close()]);
});

describe('a primary that is killed under load', () => {
  test.each([
    [
      'behind Sentinels',
      () => redisSettings(servers.place),
      async () => {
        const primary = await servers.primary();
        await primary.stop();
        await servers.failedOver(primary);
      },
    ],
    [
      'in a Cluster',
      () => ({ ...redisSettings(cluster.place), DELIVERY_SHARDS: '6' }),
      async () => {
        await cluster.primaries[1]?.stop();
        await waitUntil('its replica is the primary', async () =>
          (await cluster.replicas[1]?.command('INFO replication'))?.includes('role:master'),
        );
      },
    ],
  ])(
    '%s: every event is taken and arrives, and no delivery is left behind',
    async (_place, settings, failOver) => {
      const pipeline = await startTestPipeline({
        REDIS_URL: '',
        ...settings(),
        QUEUE_LEASE_SECONDS: '3',
        LOG_LEVEL: 'silent',
      });
      const receiver = await startReceiver((_request, _response, nth) => ({ status: nth % 5 === 0 ? 503 : 204 }));
      const retry = { delaysSeconds: Array.from({ length: 12 }, () => 1), jitter: 0 };
      for (let nth = 0; nth < 6; nth += 1) {
        await pipeline.client.webhooks.create(webhookTo(`${receiver.url}/${nth}`, { retry }));
      }
      let published = 0;
      let publishing = true;
      const load = (async () => {
        while (publishing) {
          const ids = Array.from({ length: 5 }, () => published++);
          await Promise.all(ids.map((id) => pipeline.client.events.publish(contactEvent(id))));
        }
      })();
      await receiver.waitFor(60);
      await failOver();
      const atFailover = receiver.requests.length;
      await receiver.waitFor(atFailover + 60, 60_000);
      publishing = false;
      await load;
      const count = (status: string) => pipeline.database.prisma.delivery.count({ where: { status } });
      const settled = waitUntil('all are settled', async () => (await count('pending')) === 0, { timeoutMs: 90_000 });
      await settled.catch(async (error: unknown) => {
        const where = { status: 'pending' };
        const select = { id: true, attempts: true, shard: true, dueAt: true, wakeAt: true };
        const left = await pipeline.database.prisma.delivery.findMany({ where, select, take: 10 });
        throw new Error(`At ${new Date().toISOString()} there is left ${JSON.stringify(left)}`, { cause: error });
      });
      expect(await pipeline.database.prisma.delivery.count()).toBe(6 * published);
      expect(await count('succeeded')).toBe(6 * published);
      await pipeline.close();
      await receiver.close();
    },
    180_000,
  );
});
