import type { AttemptJob } from '@posthorn/contracts';
import { type ConnectionEvents, reportOnce } from './connect-redis.ts';
import { openBackend, type QueueBackend, type QueueSettings } from './backends.ts';
import { JOB_OPTIONS, jobId, LANES, type Lane, laneOf, queueName } from './catalog.ts';

/** A job to enqueue. */
export interface Enqueue {
  job: AttemptJob;
  /** Milliseconds until it may run; 0 or less means now. */
  delayMs: number;
  /** Where it waits, when that is not the lane of its kind. The same job must always be given the same one. */
  lane?: Lane;
}

export interface Producer {
  /**
   * Adds jobs in bulk; those that are in the queue already are left alone. Rejects when the queue is away or slow; the
   * deliveries stay as they are and the scheduler enqueues them later.
   */
  enqueue(jobs: readonly Enqueue[]): Promise<void>;
  /** Jobs per lane: waiting now, and delayed to a later time. */
  depths(): Promise<Record<Lane, { waiting: number; delayed: number; active: number }>>;
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

/** Opens the producing side of the queues. Does not wait for the backend: while it is away, `enqueue` rejects. */
export const openProducer = (settings: QueueSettings, listener: ConnectionEvents): Producer => {
  const events = reportOnce(listener);
  const backend = openBackend(settings, events);
  const queues = LANES.map((lane) => {
    const queue = backend.openQueue(queueName(lane), {
      defaultJobOptions: JOB_OPTIONS,
      // Nobody reads the event stream: keep it from holding memory.
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', (error) => events.onLost(error));
    return [lane, queue] as const;
  });
  const byLane = new Map(queues);

  const addAll = async (lane: Lane, jobs: readonly Enqueue[]): Promise<void> => {
    const queue = byLane.get(lane);
    for (let start = 0; start < jobs.length; start += BULK_SIZE) {
      const bulk = jobs.slice(start, start + BULK_SIZE).map(({ job, delayMs }) => ({
        name: 'attempt',
        data: job,
        opts: { jobId: jobId(job), ...(delayMs > 0 ? { delay: Math.ceil(delayMs) } : {}) },
      }));
      if (queue !== undefined) await withTimeout(queue.addBulk(bulk), 'Enqueueing');
    }
  };

  return {
    async enqueue(jobs) {
      await Promise.all(
        LANES.map((lane) => {
          const mine = jobs.filter((one) => (one.lane ?? laneOf(one.job)) === lane);
          return mine.length === 0 ? Promise.resolve() : addAll(lane, mine);
        }),
      );
    },
    async depths() {
      const counts = await Promise.all(
        queues.map(async ([lane, queue]) => {
          const counted = withTimeout(queue.getJobCounts('wait', 'delayed', 'active'), 'Counting');
          const { wait = 0, delayed = 0, active = 0 } = await counted;
          return [lane, { waiting: wait, delayed, active }] as const;
        }),
      );
      return Object.fromEntries(counts) as Awaited<ReturnType<Producer['depths']>>;
    },
    ping: () => withTimeout(backend.ping(), 'The queue'),
    claimLostMemory: () => withTimeout(backend.claimLostMemory(), 'The queue'),
    async close() {
      await Promise.all(queues.map(([, queue]) => queue.close().catch(() => {})));
      await backend.close();
    },
  };
};
