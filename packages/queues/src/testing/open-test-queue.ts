import { randomUUID } from 'node:crypto';
import type { AttemptJob, QueueSettings } from '@posthorn/contracts';
import { createLatch, createTestDatabase, type Latch, queueBackend, testQueues, waitUntil } from '@posthorn/testing';
import { JOB_OPTIONS, type Lane } from '../catalog.ts';
import type { ConnectionEvents } from '../connection-events.ts';
import { type Consumer, type ConsumerOptions, openConsumer } from '../open-consumer.ts';
import { openProducer, type Producer } from '../open-producer.ts';
import { openBackend, type QueueBackend } from '../queue-backend.ts';

/** Jobs that a test put into a lane by itself, past the producer: what another version or a fault would leave there. */
type RawQueue = ReturnType<QueueBackend['openQueue']>;

/** What a consumer was told, in the order in which it was told. */
export interface Seen {
  handled: Latch<{ job: AttemptJob; lane: Lane; atMs: number }>;
  unreadable: Latch<{ data: unknown; reason: string }>;
  faults: Latch<{ job: AttemptJob; message: string; final: boolean }>;
  refused: Latch<string>;
  stalled: Latch<string>;
}

export interface TestQueue {
  settings: QueueSettings;
  producer: Producer;
  /** Starts a consumer; jobs are done at once unless `handle` says otherwise. */
  consume(
    options?: Partial<ConsumerOptions> & { events?: ConnectionEvents },
    into?: Seen,
  ): Seen & { consumer: Consumer };
  raw(lane: Lane, shard?: number): RawQueue;
  close(): Promise<void>;
}

export const quiet: ConnectionEvents = { onLost() {}, onBack() {}, onEvicting() {} };

export const createSeen = (): Seen => ({
  handled: createLatch('jobs handled'),
  unreadable: createLatch('unreadable jobs'),
  faults: createLatch('faults'),
  refused: createLatch('refusals'),
  stalled: createLatch('stalled jobs'),
});

export const attemptJob = (values: Partial<AttemptJob> = {}): AttemptJob => ({
  v: 1,
  d: randomUUID(),
  n: 1,
  ...values,
});

/** Databases for the queues of one file; only the PostgreSQL backend needs one. */
export const openTestQueues = async () => {
  const test = queueBackend() === 'postgres' ? await createTestDatabase({ migrated: false }) : null;
  const databaseUrl = test?.url ?? 'postgres://nobody@127.0.0.1:1/none';
  const opened: TestQueue[] = [];

  const open = (overrides: Partial<QueueSettings> = {}): TestQueue => {
    const settings: QueueSettings = { ...testQueues(databaseUrl), ...overrides };
    const producer = openProducer(settings, quiet);
    const closers: (() => Promise<unknown>)[] = [() => producer.close()];
    const queue: TestQueue = {
      settings,
      producer,
      consume(options = {}, seen = createSeen()) {
        const { handle = () => Promise.resolve({ kind: 'done' }), events = quiet } = options;
        const consumer = openConsumer(settings, events, {
          concurrency: { first: 10, retry: 10 },
          leaveShared: () => Promise.resolve(),
          onUnreadable: (data, reason) => seen.unreadable.push({ data, reason }),
          onFault: (job, error, final) => seen.faults.push({ job, message: error.message, final }),
          onStalled: (jobId) => seen.stalled.push(jobId),
          onRefused: (error) => seen.refused.push(error.message),
          ...options,
          handle(job, lane) {
            seen.handled.push({ job, lane, atMs: Date.now() });
            return handle(job, lane);
          },
        });
        closers.unshift(() => consumer.close());
        return { ...seen, consumer };
      },
      raw(lane, shard = 0) {
        const backend = openBackend(settings, quiet, 'producer');
        const raw = backend.openQueue(lane, shard, { defaultJobOptions: JOB_OPTIONS });
        closers.push(async () => {
          await raw.close();
          await backend.close();
        });
        return raw;
      },
      async close() {
        for (const close of closers.splice(0)) await close();
      },
    };
    opened.push(queue);
    return queue;
  };

  return {
    open,
    async closeAll() {
      await Promise.all(opened.splice(0).map((queue) => queue.close()));
    },
    async drop() {
      await test?.drop();
    },
  };
};

/** Enqueues jobs as their rows ask for it: again and again until they are taken; what is there already is left alone. */
export const enqueueUntilTaken = (producer: Pick<Producer, 'enqueue'>, jobs: Parameters<Producer['enqueue']>[0]) =>
  waitUntil(
    'the jobs are enqueued',
    () =>
      producer.enqueue(jobs).then(
        () => true,
        () => false,
      ),
    { timeoutMs: 60_000 },
  );
