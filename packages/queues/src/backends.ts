import { createPostgresBackend, Queue, type QueueOptions, Worker, type WorkerOptions, type Processor } from 'bullmq';
import type { AttemptJob } from '@posthorn/contracts';
import { connectConsumer, connectProducer, type ConnectionEvents } from './connect-redis.ts';

/** Where the queues live: Redis when its URL is set, PostgreSQL otherwise. */
export interface QueueSettings {
  redisUrl: string | undefined;
  databaseUrl: string;
  /** Prefix of the keys in Redis; schema of the tables in PostgreSQL. */
  prefix: string;
}

/** What differs between the two backends; everything else in this package is the same code. */
export interface QueueBackend {
  openQueue(name: string, options: Omit<QueueOptions, 'connection'>): Queue<AttemptJob>;
  openWorker(
    name: string,
    process: Processor<AttemptJob>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker<AttemptJob>;
  /** @throws Error when the backend does not answer. */
  ping(): Promise<void>;
  /**
   * Whether the backend has lost its memory since somebody asked last: it was emptied, or restarted without its data.
   * Asking leaves the mark by which the next one sees that it has not. The first to ask a new backend is told `true`.
   */
  claimLostMemory(): Promise<boolean>;
  /** Whether the connection is lost at the moment; it comes back by itself. */
  isAway(): boolean;
  close(): Promise<void>;
}

const redisBackend = (url: string, prefix: string, events: ConnectionEvents): QueueBackend => {
  // One connection for all producers and BullMQ's scripts; each worker has its own for the command that blocks.
  const producer = connectProducer(url, events);
  const consumers: { status: string; disconnect(): void }[] = [];
  return {
    openQueue: (name, options) => new Queue(name, { ...options, connection: producer, prefix }),
    openWorker(name, process, options) {
      const connection = connectConsumer(url, events);
      consumers.push(connection);
      return new Worker(name, process, { ...options, connection, prefix });
    },
    async ping() {
      await producer.ping();
    },
    async claimLostMemory() {
      const answer = await producer.set(`${prefix}:memory`, String(Date.now()), 'NX');
      return answer === 'OK';
    },
    isAway: () => consumers.some(({ status }) => status !== 'ready'),
    async close() {
      for (const connection of [producer, ...consumers]) connection.disconnect();
      await Promise.resolve();
    },
  };
};

const postgresBackend = (databaseUrl: string, schema: string): QueueBackend => {
  const connection = { connectionString: databaseUrl, schema, migrate: true, max: 4 };
  const probe = new Queue('probe', { connection }, createPostgresBackend);
  return {
    openQueue: (name, options) =>
      new Queue(name, { ...options, connection }, createPostgresBackend) as unknown as Queue<AttemptJob>,
    openWorker: (name, process, options) =>
      new Worker(name, process, { ...options, connection }, createPostgresBackend) as unknown as Worker<AttemptJob>,
    async ping() {
      await probe.getJobCountByTypes('wait');
    },
    // Jobs are rows beside the deliveries: they are lost only together with them.
    claimLostMemory: () => Promise.resolve(false),
    isAway: () => false,
    close: () => probe.close(),
  };
};

export const openBackend = (settings: QueueSettings, events: ConnectionEvents): QueueBackend =>
  settings.redisUrl === undefined
    ? postgresBackend(settings.databaseUrl, settings.prefix)
    : redisBackend(settings.redisUrl, settings.prefix, events);
