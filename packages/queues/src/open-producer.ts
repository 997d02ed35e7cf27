import type { AttemptJob, QueuedJob, QueueSettings } from '@posthorn/contracts';
import type { Queue } from 'bullmq';
import { JOB_OPTIONS, LANES, type Lane, laneOf } from './catalog.ts';
import type { ConnectionEvents } from './connection-events.ts';
import { openBackend, type QueueBackend } from './queue-backend.ts';
import { shareJobs } from './share-jobs.ts';
import { watchOutage } from './watch-outage.ts';

/** A job to enqueue. */
export interface Enqueue {
  job: AttemptJob;
  /** The shard of its delivery, for ever the same: only within a shard is a job known to be there already. */
  shard: number;
  /** Milliseconds until it may run; 0 or less means now. */
  delayMs: number;
  /** The job (UUID) that the attempt shares with others of the same call and shard; only first attempts do. */
  sharedJob?: string | null;
  /** Where it waits, when that is not the lane of its kind. The same job must always be given the same one. */
  lane?: Lane;
}

export interface Depth {
  waiting: number;
  delayed: number;
  active: number;
}

export interface Producer {
  /**
   * Adds jobs in bulk; those that are in the queue already are left alone. Rejects when the queue is away or slow; the
   * deliveries stay as they are and the scheduler enqueues them later.
   */
  enqueue(jobs: readonly Enqueue[]): Promise<void>;
  /** Which of these shared jobs the queue has, waiting or taken. */
  findShared(jobs: readonly { jobId: string; shard: number }[]): Promise<ReadonlySet<string>>;
  /** Jobs per lane, over all shards: waiting now, delayed to a later time, and taken by a consumer. */
  depths(): Promise<Record<Lane, Depth>>;
  ping(): Promise<void>;
  claimLostMemory: QueueBackend['claimLostMemory'];
  close(): Promise<void>;
}

/** Jobs in one command: large enough to be cheap, small enough not to hold up Redis. */
const BULK_SIZE = 1000;
const ENQUEUE_TIMEOUT_MS = 10_000;

const withTimeout = async <T>(work: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} took longer than ${ENQUEUE_TIMEOUT_MS} ms`)),
      ENQUEUE_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Opens the producing side of the queues. Does not wait for the backend: while it is away, `enqueue` rejects.
 * @throws StartError when a file that the settings name cannot be read.
 */
export const openProducer = (settings: QueueSettings, listener: ConnectionEvents): Producer => {
  const outage = watchOutage(listener, () => backend.ping());
  const backend = openBackend(settings, outage.events, 'producer');
  const queues = new Map<string, Queue<QueuedJob>>();

  const queueOf = (lane: Lane, shard: number): Queue<QueuedJob> => {
    const key = `${lane} ${shard}`;
    const known = queues.get(key);
    if (known !== undefined) return known;
    const queue = backend.openQueue(lane, shard, {
      defaultJobOptions: JOB_OPTIONS,
      // Nobody reads the event stream: keep it from holding memory.
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', (error) => outage.events.onLost(error));
    queues.set(key, queue);
    // BullMQ never uses a connection whose first look failed: the next call makes another one.
    queue.waitUntilReady().catch(() => {
      if (queues.get(key) === queue) queues.delete(key);
    });
    return queue;
  };
  for (const lane of LANES) queueOf(lane, backend.shardOf(0));

  const addAll = async (lane: Lane, shard: number, jobs: readonly Enqueue[]): Promise<void> => {
    const bulk = shareJobs(jobs);
    for (let start = 0; start < bulk.length; start += BULK_SIZE) {
      await withTimeout(queueOf(lane, shard).addBulk(bulk.slice(start, start + BULK_SIZE)), 'Enqueueing');
    }
  };

  const countLane = async (lane: Lane, shards: readonly number[]): Promise<Depth> => {
    const depth: Depth = { waiting: 0, delayed: 0, active: 0 };
    for (const shard of shards) {
      const counted = queueOf(lane, shard).getJobCounts('wait', 'delayed', 'active');
      const { wait = 0, delayed = 0, active = 0 } = await withTimeout(counted, 'Counting');
      depth.waiting += wait;
      depth.delayed += delayed;
      depth.active += active;
    }
    return depth;
  };

  return {
    async enqueue(jobs) {
      const groups = new Map<string, { lane: Lane; shard: number; jobs: Enqueue[] }>();
      for (const entry of jobs) {
        const [lane, shard] = [entry.lane ?? laneOf(entry.job), backend.shardOf(entry.shard)];
        const key = `${lane} ${shard}`;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { lane, shard, jobs: [entry] });
        else group.jobs.push(entry);
      }
      // All are tried before the call rejects: what one shard cannot take is no reason to keep the others' jobs back.
      const tried = await Promise.allSettled(
        [...groups.values()].map((group) => addAll(group.lane, group.shard, group.jobs)),
      );
      for (const result of tried) if (result.status === 'rejected') throw result.reason;
    },
    async findShared(jobs) {
      const shards = new Map(jobs.map(({ jobId, shard }) => [jobId, backend.shardOf(shard)]));
      const looks = [...shards].map(async ([id, shard]) => ((await queueOf('first', shard).getJob(id)) ? id : null));
      const found = await withTimeout(Promise.all(looks), 'Looking for jobs');
      return new Set(found.filter((id) => id !== null));
    },
    async depths() {
      const shards = await withTimeout(backend.shardsWithJobs(), 'Counting');
      const [first, retry] = await Promise.all(LANES.map((lane) => countLane(lane, shards)));
      return { first, retry } as Record<Lane, Depth>;
    },
    ping: () => withTimeout(backend.ping(), 'The queue'),
    claimLostMemory: () => withTimeout(backend.claimLostMemory(), 'The queue'),
    async close() {
      outage.close();
      await Promise.all([...queues.values()].map((queue) => queue.close().catch(() => {})));
      await backend.close();
    },
  };
};
