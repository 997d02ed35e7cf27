import { isNotConnectionError, type Processor, Queue, type QueueOptions, Worker, type WorkerOptions } from 'bullmq';
import type { AttemptJob } from '@posthorn/contracts';
import { connectConsumer, connectProducer, type ConnectionEvents } from './connect-redis.ts';
import { createRevivingBackend } from './revive-postgres.ts';

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
  /** Whether an error says that the backend is away, and not that it refused something. */
  isOutage(error: Error): boolean;
  close(): Promise<void>;
}

const redisBackend = (url: string, prefix: string, events: ConnectionEvents): QueueBackend => {
  // One connection for all producers and BullMQ's scripts; each worker has its own for the command that blocks.
  const producer = connectProducer(url, events);
  const consumers: { disconnect(): void }[] = [];
  const reached = new Promise<void>((resolve) => producer.once('ready', () => resolve()));
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
      // Asked first of all by a scheduler that starts: a connection that is not made yet is not an outage.
      await reached;
      const answer = await producer.set(`${prefix}:memory`, String(Date.now()), 'NX');
      return answer === 'OK';
    },
    // Codes of the network are names; those of BullMQ's scripts are numbers.
    isOutage: (error) => typeof (error as { code?: unknown }).code === 'string' || !isNotConnectionError(error),
    async close() {
      for (const connection of [producer, ...consumers]) connection.disconnect();
      await Promise.resolve();
    },
  };
};

const postgresBackend = (databaseUrl: string, schema: string, events: ConnectionEvents): QueueBackend => {
  const connection = { connectionString: databaseUrl, schema, migrate: true, max: 4 };
  const probe = new Queue('probe', { connection }, createRevivingBackend);
  // Without a listener BullMQ writes the whole error to the console.
  probe.on('error', (error) => events.onLost(error));
  return {
    openQueue: (name, options) =>
      new Queue(name, { ...options, connection }, createRevivingBackend) as unknown as Queue<AttemptJob>,
    openWorker: (name, process, options) =>
      new Worker(name, process, { ...options, connection }, createRevivingBackend) as unknown as Worker<AttemptJob>,
    async ping() {
      await probe.getJobCountByTypes('wait');
    },
    // Jobs are rows beside the deliveries: they are lost only together with them.
    claimLostMemory: () => Promise.resolve(false),
    // Its driver has no one form for a lost connection.
    isOutage: () => true,
    close: () => probe.close(),
  };
};

export const openBackend = (settings: QueueSettings, events: ConnectionEvents): QueueBackend =>
  settings.redisUrl === undefined
    ? postgresBackend(settings.databaseUrl, settings.prefix, events)
    : redisBackend(settings.redisUrl, settings.prefix, events);
