import { readComposeFile, redisSettings, startRedis, startRedisCluster, startRedisSentinels } from '@posthorn/testing';

/** Somewhere for the queues to be, and the settings by which services find it. */
export interface QueuePlace {
  settings: Record<string, string>;
  close(): Promise<void>;
}

/** The arguments of docker-compose.yml's own Redis. */
const composeRedisArgs = async (): Promise<string[]> => {
  const given = { POSTGRES_PASSWORD: 'x', POSTHORN_ENCRYPTION_KEYS: 'x', POSTHORN_ADMIN_TOKEN: 'x' };
  const [program, ...args] = (await readComposeFile(given))['redis']?.command ?? [];
  if (program !== 'redis-server') throw new Error(`docker-compose.yml runs Redis as ${program}`);
  return args;
};

/** Every way in which operators run Redis, by name. */
export const REDIS_PLACES: [name: string, start: () => Promise<QueuePlace>][] = [
  [
    'one Redis',
    async () => {
      const redis = await startRedis({ args: await composeRedisArgs() });
      return { settings: { REDIS_URL: redis.url }, close: () => redis.close() };
    },
  ],
  [
    'a Redis Cluster of 3 nodes',
    async () => {
      const cluster = await startRedisCluster();
      return { settings: redisSettings(cluster.place), close: () => cluster.close() };
    },
  ],
  [
    'Redis behind 3 Sentinels',
    async () => {
      const sentinels = await startRedisSentinels();
      return { settings: redisSettings(sentinels.place), close: () => sentinels.close() };
    },
  ],
];

/** Both backends of the queues, by name: PostgreSQL, which is there anyway, and one Redis. */
export const QUEUE_BACKENDS: [name: string, start: () => Promise<QueuePlace>][] = [
  ['PostgreSQL', () => Promise.resolve({ settings: {}, close: () => Promise.resolve() })],
  ['Redis', () => (REDIS_PLACES[0] as (typeof REDIS_PLACES)[number])[1]()],
];
