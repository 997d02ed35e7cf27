import { Redis } from 'ioredis';

/** Told when the connection is lost (once, with the reason) and when it is back. */
export interface ConnectionEvents {
  onLost(error: Error): void;
  onBack(): void;
}

const RECONNECT_CAP_MS = 2000;

const base = {
  // BullMQ's condition for blocking commands; producers bound their waits themselves.
  maxRetriesPerRequest: null,
  retryStrategy: (times: number) => Math.min(100 * times, RECONNECT_CAP_MS),
  connectTimeout: 5000,
  keepAlive: 10_000,
};

const REPEAT_AFTER_MS = 30_000;

/** Passes on the first error of an outage and the end of it: one outage is two lines in a log, not thousands. */
export const reportOnce = (events: ConnectionEvents): ConnectionEvents => {
  let lostAt: number | null = null;
  return {
    onLost(error) {
      const now = performance.now();
      if (lostAt !== null && now - lostAt < REPEAT_AFTER_MS) return;
      lostAt = now;
      events.onLost(error);
    },
    onBack() {
      if (lostAt !== null) events.onBack();
      lostAt = null;
    },
  };
};

const report = (redis: Redis, events: ConnectionEvents): void => {
  redis.on('error', (error: Error) => events.onLost(error));
  redis.on('ready', () => events.onBack());
};

/**
 * ioredis 6 ends a connection that waits for its next try to connect without saying so: no `end`, and its commands wait
 * for ever, so that BullMQ's worker cannot be closed during an outage. `wait` makes it take the way that says so. BullMQ
 * makes its blocking connection with `duplicate`.
 */
const endSurely = (redis: Redis): Redis => {
  const disconnect = redis.disconnect.bind(redis);
  const duplicate = redis.duplicate.bind(redis);
  redis.disconnect = (reconnect = false) => {
    if (!reconnect && redis.status === 'reconnecting') redis.status = 'wait';
    disconnect(reconnect);
  };
  redis.duplicate = (override) => endSurely(duplicate(override));
  return redis;
};

/** For a consumer: commands wait until Redis is back. */
export const connectConsumer = (url: string, events: ConnectionEvents): Redis => {
  const redis = endSurely(new Redis(url, base));
  report(redis, events);
  return redis;
};

/** For a producer: a command fails at once while Redis is away, because a row already holds what it would enqueue. */
export const connectProducer = (url: string, events: ConnectionEvents): Redis => {
  const redis = endSurely(new Redis(url, { ...base, enableOfflineQueue: false, commandTimeout: 10_000 }));
  report(redis, events);
  return redis;
};
