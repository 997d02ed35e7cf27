import type {
  Config,
  QueueSettings,
  RedisAddress,
  RedisAuth,
  RedisPlace,
  RedisTls,
  serviceSettings,
} from '@posthorn/contracts';
import { splitList } from './read-settings.ts';

type Env = Pick<
  Config<typeof serviceSettings.ingest>,
  | Extract<keyof Config<typeof serviceSettings.ingest>, `REDIS_${string}`>
  | 'DATABASE_URL'
  | 'QUEUE_PREFIX'
  | 'DELIVERY_SHARDS'
>;

const readAddress = (text: string): RedisAddress => {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
};

const readAuth = (username: string | undefined, password: string | undefined): RedisAuth | null =>
  password === undefined ? null : { username, password };

const readTls = (env: Env): RedisTls => ({
  caFile: env.REDIS_TLS_CA_FILE,
  certFile: env.REDIS_TLS_CERT_FILE,
  keyFile: env.REDIS_TLS_KEY_FILE,
  serverName: env.REDIS_TLS_SERVER_NAME,
});

const readRedis = (env: Env): RedisPlace | undefined => {
  const { REDIS_URL, REDIS_SENTINELS, REDIS_CLUSTER } = env;
  if (REDIS_URL !== undefined) {
    return { kind: 'standalone', url: REDIS_URL, tls: REDIS_URL.startsWith('rediss:') ? readTls(env) : null };
  }
  const auth = readAuth(env.REDIS_USERNAME, env.REDIS_PASSWORD);
  const tls = env.REDIS_TLS ? readTls(env) : null;
  if (REDIS_CLUSTER !== undefined) {
    return { kind: 'cluster', nodes: splitList(REDIS_CLUSTER).map(readAddress), auth, tls };
  }
  if (REDIS_SENTINELS === undefined) return undefined;
  return {
    kind: 'sentinel',
    sentinels: splitList(REDIS_SENTINELS).map(readAddress),
    name: env.REDIS_SENTINEL_NAME ?? '',
    sentinelAuth: readAuth(env.REDIS_SENTINEL_USERNAME, env.REDIS_SENTINEL_PASSWORD),
    auth,
    tls,
  };
};

/** The queue settings of a service, in the words of @posthorn/queues. */
export const readQueueSettings = (env: Env): QueueSettings => ({
  redis: readRedis(env),
  databaseUrl: env.DATABASE_URL,
  prefix: env.QUEUE_PREFIX,
  shards: env.DELIVERY_SHARDS,
});
