import { openProducer, type Producer } from '@posthorn/queues';
import { redisAt } from '@posthorn/testing';
import type { TestSystem } from './start-test-system.ts';

/** A producer of the test's own on the queues of a deployment, for jobs that no service would write. */
export const openOwnProducer = ({ databaseUrl, queues }: TestSystem): Producer => {
  const url = queues['REDIS_URL'];
  const settings = { redis: url === undefined ? undefined : redisAt(url), databaseUrl, prefix: 'posthorn', shards: 1 };
  return openProducer(settings, { onLost() {}, onBack() {}, onEvicting() {} });
};
