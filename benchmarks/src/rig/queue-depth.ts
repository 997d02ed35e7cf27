import { createPostgresBackend, Queue } from 'bullmq';
import type { Rig } from './start-rig.ts';

/** First attempts, and retries. */
export type Lane = 'first' | 'retry';

export interface QueueWatch {
  /** Jobs of a lane: those that wait, are delayed, or are being worked on. */
  queueDepth(lane?: Lane): Promise<number>;
  closeQueue(): Promise<void>;
}

const readInteger = (answer: string): number => Number(/^:(\d+)/.exec(answer)?.[1] ?? Number.NaN);

export const watchRedisQueue = ({ redis }: Rig): QueueWatch => ({
  async queueDepth(lane = 'first') {
    const key = `posthorn:deliver-${lane}`;
    const answers = await Promise.all(
      [`LLEN ${key}:wait`, `ZCARD ${key}:delayed`, `LLEN ${key}:active`].map((command) => redis.command(command)),
    );
    return answers.reduce((sum, answer) => sum + readInteger(answer), 0);
  },
  closeQueue: () => Promise.resolve(),
});

export const watchPostgresQueue = (databaseUrl: string): QueueWatch => {
  // Opened when first asked: a service has made the tables then.
  const queues = new Map<Lane, Queue>();
  const open = (lane: Lane): Queue => {
    const connection = { connectionString: databaseUrl, schema: 'posthorn', migrate: true, max: 1 };
    const queue = new Queue(`deliver-${lane}`, { connection }, createPostgresBackend) as unknown as Queue;
    queues.set(lane, queue);
    return queue;
  };
  return {
    async queueDepth(lane = 'first') {
      const queue = queues.get(lane) ?? open(lane);
      return queue.getJobCountByTypes('wait', 'delayed', 'active');
    },
    async closeQueue() {
      for (const queue of queues.values()) await queue.close();
    },
  };
};
