import type { RedisPlace } from '@posthorn/contracts';

const join = (servers: readonly { host: string; port: number }[]): string =>
  servers.map(({ host, port }) => `${host}:${port}`).join(',');

/** The environment by which services find a Redis that the tests started. */
export const redisSettings = (place: RedisPlace): Record<string, string> => {
  if (place.kind === 'standalone') return { REDIS_URL: place.url };
  if (place.kind === 'cluster') return { REDIS_CLUSTER: join(place.nodes) };
  const password = place.auth?.password;
  return {
    REDIS_SENTINELS: join(place.sentinels),
    REDIS_SENTINEL_NAME: place.name,
    ...(password === undefined ? {} : { REDIS_PASSWORD: password }),
  };
};
