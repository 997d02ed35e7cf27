import type { QueuedJob, QueueSettings } from '@posthorn/contracts';
import type { Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import type { Lane } from './catalog.ts';
import type { BackendEvents } from './connection-events.ts';
import { openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend, type RedisBackendOptions } from './redis-backend.ts';

/** What differs between the two backends; everything else in this package is the same code. */
export interface QueueBackend {
  /** The shard that has the jobs of deliveries which belong to this one. */
  shardOf(shard: number): number;
  openQueue(lane: Lane, shard: number, options: Omit<QueueOptions, 'connection'>): Queue<QueuedJob>;
  openWorker(
    lane: Lane,
    shard: number,
    process: Processor<QueuedJob>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker<QueuedJob>;
  /** Wakes one more of the workers that wait for a job in this queue. */
  wakeAnother(lane: Lane, shard: number): void;
  /** @throws Error when the backend, or a shard of it, does not answer. */
  ping(): Promise<void>;
  /** The shards that hold jobs, waiting, delayed or active, whoever has put them there. */
  shardsWithJobs(): Promise<readonly number[]>;
  /**
   * The shards that have lost their memory since somebody asked last: emptied, or restarted without their data. Asking
   * leaves the marks by which the next one sees that they have not. The first to ask a new backend is told of all of them.
   */
  claimLostMemory(): Promise<readonly number[]>;
  /** Whether an error says that the backend is away, and not that it refused something. */
  isOutage(error: Error): boolean;
  close(): Promise<void>;
}

/** @throws StartError when a file that the settings name cannot be read. */
export const openBackend = (
  { redis, databaseUrl, prefix, shards }: QueueSettings,
  events: BackendEvents,
  role: RedisBackendOptions['role'],
): QueueBackend =>
  redis === undefined
    ? openPostgresBackend(databaseUrl, prefix, events)
    : openRedisBackend({ place: redis, prefix, shards, events, role });
