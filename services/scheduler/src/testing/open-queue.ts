import { createTestDatabase, cutDatabase, queueBackend, redisAt, startRedis } from '@posthorn/testing';
import type { QueueSettings } from '@posthorn/queues';

/** A queue that can be taken away without the rows. */
export interface OwnQueue {
  settings: Partial<QueueSettings>;
  /** @returns what brings it back. */
  takeAway(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export const openQueue = async (): Promise<OwnQueue> => {
  if (queueBackend() === 'redis') {
    const redis = await startRedis();
    const takeAway = async () => {
      await redis.stop();
      return () => redis.start();
    };
    return { settings: { redis: redisAt(redis.url) }, takeAway, close: () => redis.close() };
  }
  const own = await createTestDatabase({ migrated: false });
  return {
    settings: { databaseUrl: own.url },
    takeAway: () => cutDatabase(own.url),
    close: () => own.drop(),
  };
};
