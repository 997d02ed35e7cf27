import {
  acceptEvents,
  connectDatabase,
  type Database,
  finishManualRetries,
  insertAccount,
  newId,
  settleUnsent,
  OPERATOR,
} from '@posthorn/database';
import type { AttemptJob } from '@posthorn/contracts';
import {
  type Enqueue,
  type Lane,
  openConsumer,
  openProducer,
  type Producer,
  type QueueSettings,
} from '@posthorn/queues';
import { createLogger, createTelemetry, type Telemetry } from '@posthorn/runtime';
import { createLatch, createTestDatabase, type Latch, testQueues } from '@posthorn/testing';
import { startScheduler } from '../app.ts';

const LEASE_SECONDS = 60;
const HORIZON_SECONDS = 600;
const quiet = { onLost() {}, onBack() {}, onEvicting() {} };

/** A job that came, and when. */
export interface Arrival {
  job: AttemptJob;
  lane: Lane;
  atMs: number;
}

export interface TestScheduler {
  database: Database;
  accountId: number;
  /** What came out of the queue. */
  arrived: Latch<Arrival>;
  logLines: Latch<Record<string, unknown>>;
  /** What each of the schedulers counts, in the order of their start. */
  readonly metrics: readonly Telemetry['registry'][];
  /** Starts so many schedulers, each with connections of its own; gives what stops them. */
  schedule(count?: number): () => Promise<void>;
  /** Resolves when every scheduler has opened its queue. */
  ready(): Promise<void>;
  /** Stores events with one delivery each and enqueues nothing, as if the queue had lost their jobs. */
  accept(count: number): Promise<string[]>;
  /** Enqueues jobs past the schedulers, as ingest does. */
  enqueue(jobs: readonly Enqueue[]): Promise<void>;
  /** Changes when deliveries are due and when the scheduler looks at them, in seconds from now. */
  setTimes(ids: readonly string[], times: { dueIn: number; wakeIn: number; attempts?: number }): Promise<void>;
  requestRetry(deliveryId: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Rows, a queue that is emptied by a real consumer, and schedulers between them. With `settle` the consumer also settles the
 * row of each job, as a worker does; without, a row stays as the test has made it.
 */
export const startTestScheduler = async (
  queue: Partial<QueueSettings> = {},
  { settle = false } = {},
): Promise<TestScheduler> => {
  const test = await createTestDatabase();
  const settings: QueueSettings = { ...testQueues(test.url), ...queue };
  const database = connectDatabase({ url: test.url, poolSize: 3, applicationName: 'test' });
  const arrived = createLatch<Arrival>('jobs');
  const consumer = openConsumer(settings, quiet, {
    concurrency: { first: 20, retry: 20 },
    async handle(job, lane) {
      if (settle && job.r !== undefined) await finishManualRetries(database, [job.r]);
      if (settle && job.r === undefined) await settleUnsent(database, [{ id: job.d, status: 'held', lastError: null }]);
      arrived.push({ job, lane, atMs: Date.now() });
      return { kind: 'done' };
    },
    leaveShared: () => Promise.resolve(),
    onUnreadable() {},
    onFault() {},
    onStalled() {},
    onRefused() {},
  });
  // As if a scheduler had run before: the first to ask a new Redis is told that it lost its memory.
  const earlier = openProducer(settings, quiet);
  await earlier.claimLostMemory();
  await earlier.close();
  const logLines = createLatch<Record<string, unknown>>('log lines');
  const destination = { write: (line: string) => logLines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ service: 'scheduler', level: 'info', destination });
  const stops: (() => Promise<void>)[] = [];
  const producers: Producer[] = [];
  const metrics: Telemetry['registry'][] = [];

  const startOne = (): (() => Promise<void>) => {
    const own = connectDatabase({ url: test.url, poolSize: 2, applicationName: 'scheduler' });
    const producer = openProducer(settings, quiet);
    producers.push(producer);
    const telemetry = createTelemetry();
    metrics.push(telemetry.registry);
    const scheduler = startScheduler({
      database: own,
      producer,
      logger,
      telemetry,
      intervalMs: 20,
      batchSize: 50,
      leaseSeconds: LEASE_SECONDS,
      horizonSeconds: HORIZON_SECONDS,
      shards: settings.shards,
      partitionsAheadDays: 2,
      retentionDays: 30,
      auditRetentionDays: 30,
      statsRetentionDays: 30,
      replay: { maxInFlight: 100, perSecond: 10_000 },
    });
    let stopped: Promise<void> | undefined;
    const stop = () =>
      (stopped ??= (async () => {
        await scheduler.stop();
        await producer.close();
        await own.close();
      })());
    stops.push(stop);
    return stop;
  };

  const { id: accountId } = await insertAccount(database, OPERATOR, 'an account');
  await database.prisma.webhook.create({
    data: { uuid: newId(), accountId, name: 'test', events: ['*'], targetUrl: 'http://127.0.0.1:9/' },
  });

  return {
    database,
    accountId,
    arrived,
    logLines,
    metrics,
    schedule(count = 1) {
      const own = Array.from({ length: count }, startOne);
      return async () => {
        await Promise.all(own.map((stop) => stop()));
      };
    },
    async ready() {
      await Promise.all(producers.flatMap((producer) => [producer.depths(), producer.ping()]));
    },
    async accept(count) {
      const events = Array.from({ length: count }, () => ({
        id: newId(),
        accountId,
        type: 'a',
        patterns: ['a', '*'],
        occurredAt: null,
        data: '{}',
        idempotency: null,
      }));
      const outcomes = await acceptEvents(database, events, {
        idempotencyHours: 1,
        leaseSeconds: LEASE_SECONDS,
        shards: settings.shards,
      });
      return outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending.map(({ id }) => id) : []));
    },
    async enqueue(jobs) {
      const producer = openProducer(settings, quiet);
      await producer.enqueue(jobs);
      await producer.close();
    },
    async setTimes(ids, { dueIn, wakeIn, attempts = 0 }) {
      await database.prisma.$executeRaw`
        UPDATE deliveries SET due_at = now() + ${dueIn}::float8 * interval '1 second', attempts = ${attempts}::int,
          wake_at = now() + ${wakeIn}::float8 * interval '1 second' WHERE id = ANY(${[...ids]}::uuid[])`;
    },
    async requestRetry(deliveryId) {
      const id = newId();
      await database.prisma.manualRetry.create({
        data: { id, deliveryId, accountId, wakeAt: new Date(Date.now() - 1000) },
      });
      return id;
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()));
      await consumer.close();
      await database.close();
      await test.drop();
    },
  };
};
