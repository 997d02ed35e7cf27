import type { AttemptJob } from '@posthorn/contracts';
import type { Job, Worker } from 'bullmq';
import { calmWorker } from './calm-worker.ts';
import { LANES, type Lane } from './catalog.ts';
import { gateWorker } from './gate-worker.ts';
import { limitWait } from './limit-wait.ts';
import type { QueueBackend } from './queue-backend.ts';
import { createSharedSlots } from './share-slots.ts';

const LOOK_EVERY_MS = 2000;
const LEAVE_AFTER_MS = 60_000;
const LOCK_MS = 30_000;

export interface ShardWorkersOptions {
  backend: QueueBackend;
  /** Shards that are consumed whether they hold jobs or not. */
  shards: number;
  /** Jobs of each lane that run at the same time, over all shards. */
  concurrency: Readonly<Record<Lane, number>>;
  process(lane: Lane): (job: Job<AttemptJob>, token?: string) => Promise<void>;
  onError(error: Error): void;
  onFailed(job: Job<AttemptJob>, error: Error): void;
  /** A job whose worker has died, or lost the queue for too long: it waits again for any worker. */
  onStalled(jobId: string): void;
  /** How long the jobs of a worker that died stay locked. */
  lockMs?: number | undefined;
  /** A shard of others that has been empty for so long is left, until there are jobs again. */
  leaveAfterMs?: number;
}

/** The workers of all shards and lanes. */
export interface ShardWorkers {
  /** Takes no more jobs; resolves when those in flight are done and the queue knows. */
  close(): Promise<void>;
}

/**
 * Consumes its own shards, and every other one for as long as it holds jobs: those of processes that divide deliveries among
 * more shards, now or before a change of `DELIVERY_SHARDS`. Which those are is read from the queues themselves, so that
 * nothing has to be written down about it and nothing of it can be lost.
 */
export const consumeShards = (options: ShardWorkersOptions): ShardWorkers => {
  const { backend, shards, concurrency, process, onError, onFailed, onStalled } = options;
  const { leaveAfterMs = LEAVE_AFTER_MS, lockMs = LOCK_MS } = options;
  const slots = { first: createSharedSlots(concurrency.first), retry: createSharedSlots(concurrency.retry) };
  const open = new Map<number, { workers: Worker<AttemptJob>[]; usedAt: number }>();
  const leaving = new Set<Promise<unknown>>();
  let timer: NodeJS.Timeout | undefined;
  let closing = false;

  const openWorker = (lane: Lane, shard: number): Worker<AttemptJob> => {
    const opened = backend.openWorker(lane, shard, process(lane), {
      concurrency: concurrency[lane],
      // A worker that dies keeps its jobs locked for this long; the lock of a live one is renewed.
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // A job that takes its worker down is not given to worker after worker: the scheduler enqueues it again later.
      maxStalledCount: 3,
      // After an outage: BullMQ's own 15 s are as long as all of a failover.
      runRetryDelay: 1000,
    });
    const worker = calmWorker(
      gateWorker(limitWait(opened), slots[lane].join(), () => backend.wakeAnother(lane, shard)),
    );
    worker.on('error', onError);
    worker.on('stalled', onStalled);
    worker.on('failed', (job, error) => {
      if (job !== undefined) onFailed(job, error);
    });
    return worker;
  };

  const consume = (shard: number): void => {
    const known = open.get(shard);
    if (known === undefined) {
      open.set(shard, { workers: LANES.map((lane) => openWorker(lane, shard)), usedAt: performance.now() });
    } else {
      known.usedAt = performance.now();
    }
  };

  const leave = (shard: number, workers: readonly Worker[]): void => {
    open.delete(shard);
    const left = Promise.all(workers.map((worker) => worker.close()));
    leaving.add(left);
    void left.finally(() => leaving.delete(left));
  };

  const look = async (): Promise<void> => {
    const used = await backend.shardsWithJobs().catch(() => []);
    if (closing) return;
    for (const shard of used) consume(shard);
    for (const [shard, { workers, usedAt }] of open) {
      if (shard >= shards && performance.now() - usedAt > leaveAfterMs) leave(shard, workers);
    }
    timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  };

  for (let shard = 0; shard < shards; shard += 1) consume(backend.shardOf(shard));
  void look();

  return {
    async close() {
      closing = true;
      clearTimeout(timer);
      const workers = [...open.values()].flatMap((shard) => shard.workers);
      await Promise.all([...workers.map((worker) => worker.close()), ...leaving]);
    },
  };
};
