import { isIP } from 'node:net';
import type { RedisAuth, RedisPlace } from '@posthorn/contracts';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { joinWrites } from './join-writes.ts';
import { readTls } from './read-tls.ts';

/** A connection to one Redis or to all nodes of a Cluster. */
export type RedisClient = Redis | Cluster;

const RECONNECT_CAP_MS = 2000;
const pauseBefore = (times: number): number => Math.min(100 * times, RECONNECT_CAP_MS);

const base = {
  // BullMQ's condition for blocking commands; producers bound their waits themselves.
  maxRetriesPerRequest: null,
  connectTimeout: 5000,
  keepAlive: 10_000,
  // Of a server that hangs nothing comes, not even the end of the connection. Blocking commands last 10 s at most.
  socketTimeout: 15_000,
} satisfies RedisOptions;

const single = {
  ...base,
  retryStrategy: pauseBefore,
  // A primary that became a replica refuses to write: connect again, to whoever is primary now, and send it once more.
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
} satisfies RedisOptions;

/** What differs between producers and consumers. */
interface Patience {
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
}

const credentials = (auth: RedisAuth | null): { username?: string; password?: string } => {
  if (auth === null) return {};
  return auth.username === undefined ? { password: auth.password } : { ...auth, username: auth.username };
};

const open = (place: RedisPlace, own: Patience): RedisClient => {
  const tls = place.tls === null ? {} : { tls: readTls(place.tls) };
  if (place.kind === 'standalone') {
    const host = new URL(place.url).hostname.replace(/^\[|\]$/g, '');
    // Node itself sends no name, and a proxy that serves many needs it to choose the certificate.
    const named = place.tls === null || isIP(host) !== 0 ? tls : { tls: { servername: host, ...tls.tls } };
    return new Redis(place.url, { ...single, ...own, ...named });
  }
  if (place.kind === 'sentinel') {
    return new Redis({
      ...single,
      ...own,
      ...credentials(place.auth),
      ...tls,
      ...(tls.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls.tls }),
      sentinels: place.sentinels.map(({ host, port }) => ({ host, port })),
      name: place.name,
      ...(place.sentinelAuth?.username === undefined ? {} : { sentinelUsername: place.sentinelAuth.username }),
      ...(place.sentinelAuth === null ? {} : { sentinelPassword: place.sentinelAuth.password }),
      sentinelCommandTimeout: 5000,
      // Leaves a primary that hangs as soon as the Sentinels have given it up.
      failoverDetector: true,
    });
  }
  const { enableOfflineQueue = true, ...ofNodes } = own;
  const options = {
    enableOfflineQueue,
    clusterRetryStrategy: pauseBefore,
    slotsRefreshTimeout: 3000,
    // A node that hangs does not say that its slots are somebody else's now.
    slotsRefreshInterval: 5000,
    // As they are: a certificate is for the name, not for the address behind it.
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: { ...base, ...ofNodes, ...credentials(place.auth), ...tls },
  } satisfies ClusterOptions;
  return new Cluster(
    place.nodes.map(({ host, port }) => ({ host, port })),
    options,
  );
};

/**
 * Makes a connection, and those that BullMQ makes of it with `duplicate`, behave where ioredis 6 and BullMQ do not:
 *
 * - ioredis ends a connection that waits for its next try to connect without saying so: no `end`, and its commands wait
 *   for ever, so that BullMQ's worker cannot be closed during an outage. `wait` makes it take the way that says so.
 * - A Cluster that has ended takes the last of its nodes for a close, and nothing ends it a second time.
 * - BullMQ writes to the console what each of its connections finds about `maxmemory-policy`. It is told once, in the log.
 * - A duplicate only blocks, and BullMQ watches over it: it needs no eyes of its own on Sentinels or the slots of a Cluster.
 */
const tame = <C extends RedisClient>(client: C): C => {
  const redis = client as Redis;
  const disconnect = redis.disconnect.bind(redis);
  const duplicate = redis.duplicate.bind(redis) as (...args: unknown[]) => Redis;
  const info = redis.info.bind(redis) as (...args: string[]) => Promise<string>;
  if (client instanceof Cluster) {
    const cluster = client as unknown as { status: string; setStatus(status: string): void };
    const setStatus = cluster.setStatus.bind(client);
    cluster.setStatus = (status) => {
      if (status !== 'close' || cluster.status !== 'end') setStatus(status);
    };
  }
  redis.on('connect', () => {
    if (redis.stream !== undefined) joinWrites(redis.stream);
  });
  let left: unknown;
  redis.disconnect = (reconnect = false) => {
    // Each of many commands that were refused asks for it.
    if (reconnect && left !== undefined && left === redis.stream) return;
    left = redis.stream;
    if (!reconnect && redis.status === 'reconnecting') redis.status = 'wait';
    disconnect(reconnect);
  };
  redis.duplicate = ((...args: unknown[]) => {
    if (!(client instanceof Cluster)) return tame(duplicate({ ...(args[0] as object), failoverDetector: false }));
    return tame(duplicate(args[0], { ...(args[1] as object), slotsRefreshInterval: 0 }));
  }) as Redis['duplicate'];
  redis.info = (async (...args: string[]) =>
    args.length > 0 ? info(...args) : (await info()).replace(/^maxmemory_policy:.*$/m, '')) as Redis['info'];
  return client;
};

/**
 * For a consumer: commands wait for Redis, those that block for ten seconds at most. One without an answer after so long has
 * none: in a Cluster ioredis forgets those that wait for a node which is given up, and whoever asked would wait for ever.
 */
export const connectConsumer = (place: RedisPlace): RedisClient => tame(open(place, { commandTimeout: 20_000 }));

/** For a producer: a command fails soon while Redis is away, because a row already holds what it would enqueue. */
export const connectProducer = (place: RedisPlace): RedisClient =>
  tame(open(place, { enableOfflineQueue: false, commandTimeout: 10_000 }));
