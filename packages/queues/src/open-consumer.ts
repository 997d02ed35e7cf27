import { type AttemptJob, type QueueSettings, readAttemptJob } from '@posthorn/contracts';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { Lane } from './catalog.ts';
import type { ConnectionEvents } from './connection-events.ts';
import { consumeShards } from './consume-shards.ts';
import { openBackend } from './queue-backend.ts';
import { watchOutage } from './watch-outage.ts';

/** What became of a job. Rejections are faults of ours: the queue tries the job again. */
export type JobOutcome =
  | { kind: 'done' }
  /** Not its turn yet: put back for so many milliseconds. `paced` marks that a rate limit gave it that turn. */
  | { kind: 'later'; delayMs: number; paced: boolean };

export interface ConsumerOptions {
  /** Jobs of each lane that run at the same time, over all shards. */
  concurrency: Readonly<Record<Lane, number>>;
  /** How long the jobs of a process that died stay locked; 30 s by default. */
  lockMs?: number | undefined;
  handle(job: AttemptJob, lane: Lane): Promise<JobOutcome>;
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

  const process = (lane: Lane) => async (job: Job<AttemptJob>, token?: string) => {
    const read = readAttemptJob(job.data);
    if (read.job === null) {
      options.onUnreadable(job.data, read.reason);
      return;
    }
    const outcome = await handle(read.job, lane);
    if (outcome.kind === 'done') return;
    // Whole milliseconds: a queue in PostgreSQL refuses parts of them, and so does the schema of the job.
    const at = Date.now() + Math.ceil(outcome.delayMs);
    if (outcome.paced) await job.updateData({ ...read.job, paced: at });
    await job.moveToDelayed(at, token);
    throw new DelayedError();
  };

  const workers = consumeShards({
    backend,
    shards: settings.shards,
    concurrency: options.concurrency,
    lockMs: options.lockMs,
    process,
    onError: (error) => (backend.isOutage(error) ? outage.events.onLost(error) : options.onRefused(error)),
    onStalled: (id) => options.onStalled(id),
    onFailed(job, error) {
      // Unrecoverable: it has taken its workers down too often (`maxStalledCount`), whatever attempts it has left.
      const final = error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
      options.onFault(job.data, error, final);
    },
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
