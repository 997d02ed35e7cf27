import { type AttemptJob, type QueuedJob, type QueueSettings, readQueuedJob } from '@posthorn/contracts';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { Lane } from './catalog.ts';
import type { ConnectionEvents } from './connection-events.ts';
import { consumeShards } from './consume-shards.ts';
import { openBackend } from './queue-backend.ts';
import { runShared } from './run-shared.ts';
import type { Seat } from './share-slots.ts';
import { watchOutage } from './watch-outage.ts';

/** What became of a job. Rejections are faults of ours: the queue tries the job again. */
export type JobOutcome = { kind: 'done' } | Later;

/** Not its turn yet: put back for so many milliseconds. `paced` marks that a rate limit gave it that turn. */
export interface Later {
  kind: 'later';
  delayMs: number;
  paced: boolean;
}

export interface ConsumerOptions {
  /** Jobs of each lane that run at the same time, over all shards. */
  concurrency: Readonly<Record<Lane, number>>;
  /** How long the jobs of a process that died stay locked; 30 s by default. */
  lockMs?: number | undefined;
  handle(job: AttemptJob, lane: Lane): Promise<JobOutcome>;
  /** Puts back an attempt that is part of a shared job, which goes on without it: as a job of its own. */
  leaveShared(job: AttemptJob, later: Later): Promise<void>;
  /** A job of another version or damaged: dropped, because the row behind it is enqueued again. */
  onUnreadable(data: unknown, reason: string): void;
  /** A job failed by a fault of ours; `final` means that the queue gave up and the scheduler takes over. */
  onFault(job: AttemptJob, error: Error, final: boolean): void;
  /** A job was taken by a worker that died, or lost the queue for too long: another one takes it. `jobId` as in `jobId()`. */
  onStalled(jobId: string): void;
  /** The queue refused something, such as to end a job that it has forgotten: rows say what is owed. */
  onRefused(error: Error): void;
}

export interface Consumer {
  /**
   * Stops taking jobs and resolves when those in flight are done. While the queue is away it cannot be told so: their jobs
   * come again when it is back, and find that their rows have moved on.
   */
  close(): Promise<void>;
}

const AT_ONCE: Later = { kind: 'later', delayMs: 0, paced: false };
/** How long the queue has to take note that the last jobs are done. */
const CLOSE_TIMEOUT_MS = 3000;
/** How long an end is awaited that nothing can hold up any more but a command that was lost. */
const LOST_TIMEOUT_MS = 2000;

/**
 * Starts to take jobs. While the queue is away it waits and goes on by itself.
 * @throws StartError when a file that the settings name cannot be read.
 */
export const openConsumer = (
  settings: QueueSettings,
  listener: ConnectionEvents,
  options: ConsumerOptions,
): Consumer => {
  const outage = watchOutage(listener, () => backend.ping());
  const backend = openBackend(settings, outage.events, 'consumer');

  const inFlight = new Set<Promise<unknown>>();

  const handle = (job: AttemptJob, lane: Lane): Promise<JobOutcome> => {
    const work = options.handle(job, lane);
    inFlight.add(work);
    const forget = (): unknown => inFlight.delete(work);
    work.then(forget, forget);
    return work;
  };

  /** The attempts of a shared job that failed, for who is told of its failure. */
  const failed = new WeakMap<Job, AttemptJob[]>();

  const processOwn = async (job: Job<QueuedJob>, attempt: AttemptJob, lane: Lane, token: string | undefined) => {
    const outcome = await handle(attempt, lane);
    if (outcome.kind === 'done') return;
    // Whole milliseconds: a queue in PostgreSQL refuses parts of them, and so does the schema of the job.
    const at = Date.now() + Math.ceil(outcome.delayMs);
    if (outcome.paced) await job.updateData({ ...attempt, paced: at });
    await job.moveToDelayed(at, token);
    throw new DelayedError();
  };

  const processShared = async (
    job: Job<QueuedJob>,
    attempts: readonly AttemptJob[],
    { lane, seat }: { lane: Lane; seat: Seat },
  ) => {
    const { left, failures } = await runShared(attempts, seat, async (attempt) => {
      const outcome = await handle(attempt, lane);
      if (outcome.kind === 'later') await options.leaveShared(attempt, outcome);
    });
    // Those that were made are not made again: their rows have moved on.
    if (failures[0] !== undefined) {
      failed.set(
        job,
        failures.map(({ part }) => part),
      );
      throw failures[0].error;
    }
    // Not by putting back the whole job: a queue keeps that time by the clock of this process, which may stop because it is wrong.
    await Promise.all(left.map((attempt) => options.leaveShared(attempt, AT_ONCE)));
  };

  const process = (lane: Lane, seat: Seat) => async (job: Job<QueuedJob>, token?: string) => {
    const read = readQueuedJob(job.data);
    if (read.attempts === null) {
      options.onUnreadable(job.data, read.reason);
      return;
    }
    const [first] = read.attempts;
    if (first === undefined) return;
    if (first.s === undefined) await processOwn(job, first, lane, token);
    else await processShared(job, read.attempts, { lane, seat });
  };

  const onFailed = (job: Job<QueuedJob>, error: Error): void => {
    // Unrecoverable: it has taken its workers down too often (`maxStalledCount`), whatever attempts it has left.
    const isFinal = error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
    const attempts = failed.get(job) ?? readQueuedJob(job.data).attempts ?? [];
    for (const attempt of attempts) options.onFault(attempt, error, isFinal);
  };

  const workers = consumeShards({
    backend,
    shards: settings.shards,
    concurrency: options.concurrency,
    lockMs: options.lockMs,
    process,
    onError: (error) => (backend.isOutage(error) ? outage.events.onLost(error) : options.onRefused(error)),
    onFailed,
    onStalled: (id) => options.onStalled(id),
  });

  return {
    async close() {
      outage.close();
      let timer: NodeJS.Timeout | undefined;
      const closed = workers.close();
      const late = Promise.allSettled(inFlight).then(
        () =>
          new Promise<void>((resolve) => {
            timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
          }),
      );
      await Promise.race([closed, late]);
      clearTimeout(timer);
      // Ends the connections, and with them whatever still waits for an answer; what ioredis has lost of a Cluster waits on.
      await backend.close();
      const lost = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LOST_TIMEOUT_MS);
      });
      await Promise.race([closed, lost]);
      clearTimeout(timer);
    },
  };
};
