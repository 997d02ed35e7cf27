import { encodeId, type RetryPolicy, type TooManyErrorsPolicy } from '@posthorn/contracts';
import { type SqlDatabase, type Encryption, readDatabaseTime } from '@posthorn/database/sql';
import type { Dispatcher } from '@posthorn/outbound';
import { type Lane, LANES, openConsumer, type Producer, type QueueSettings } from '@posthorn/queues';
import {
  type ClockWatch,
  CLOCK_TOLERANCE_MS,
  createDeliveryMetrics,
  type Logger,
  type RunningService,
  type Telemetry,
  watchClock,
  watchPool,
  watchQueue,
} from '@posthorn/runtime';
import { createAttempter } from './attempt-delivery.ts';
import { joinFleet } from './keep-position.ts';
import { createLeaver } from './leave-to-scheduler.ts';
import { createJobLoader } from './load-job.ts';
import { holdJobs } from './hold-jobs.ts';
import { createPacer } from './pace-deliveries.ts';
import { createRecorder } from './record-attempt.ts';
import { createPolicyResolver } from './resolve-policy.ts';
import { createUnsentSettler } from './settle-unsent.ts';
import { createSharedJobLeaver } from './leave-shared-job.ts';
import { switchConsumer } from './switch-consumer.ts';

export interface WorkerDeps {
  database: SqlDatabase;
  encryption: Encryption;
  producer: Producer;
  dispatcher: Pick<Dispatcher, 'routeOf'>;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry' | 'tracing'>;
  queue: QueueSettings;
  concurrency: Readonly<Record<Lane, number>>;
  /** Share of each lane's concurrency that one webhook may take. */
  webhookShare: number;
  /** How long the jobs of a worker that died stay locked. */
  lockSeconds: number;
  defaults: { retry: RetryPolicy; timeoutMs: number; tooManyErrors: TooManyErrorsPolicy };
  retryAfterCapSeconds: number;
  horizonSeconds: number;
  leaseSeconds: number;
}

/** A running worker, and whether the time allows it to work. */
export interface RunningWorker extends RunningService {
  clock: Pick<ClockWatch, 'check'>;
}

/** Starts to deliver. `stop` finishes the attempts in flight; what the caller passed in stays open. */
export const startWorker = async (deps: WorkerDeps): Promise<RunningWorker> => {
  const { database, producer, logger, concurrency, horizonSeconds, leaseSeconds } = deps;
  const { registry, tracing } = deps.telemetry;
  watchPool(registry, database.pool);
  const fleet = await joinFleet(database, logger);
  let becameRight: (isRight: boolean) => void = () => {};
  const clock = watchClock({
    readDatabaseTime: () => readDatabaseTime(database),
    logger,
    registry,
    // From here a queue in PostgreSQL takes the jobs of this worker for those of a dead one.
    toleranceMs:
      deps.queue.redis === undefined ? Math.min(CLOCK_TOLERANCE_MS, deps.lockSeconds * 500) : CLOCK_TOLERANCE_MS,
    onChange: (isRight) => becameRight(isRight),
  });
  await clock.ready;
  const pacer = createPacer({ concurrency, webhookShare: deps.webhookShare, position: fleet.position });
  const metrics = createDeliveryMetrics(registry, LANES, {
    inFlight: (lane) => pacer.inFlight(lane),
    slots: (lane) => concurrency[lane],
    unrecorded: () => recorder.pending,
  });
  const options = { horizonSeconds, leaseSeconds };
  const recorder = createRecorder({ database, producer, logger, metrics, tracing, clock, options });
  const handle = createAttempter({
    loader: createJobLoader(database, deps.encryption, metrics),
    turns: holdJobs(pacer),
    recorder,
    settler: createUnsentSettler(database, logger, metrics),
    clock,
    leave: createLeaver({ database, logger, metrics }),
    metrics,
    tracing,
    dispatcher: deps.dispatcher,
    resolvePolicy: createPolicyResolver(deps.defaults),
    retryAfterCapSeconds: deps.retryAfterCapSeconds,
    logger,
  });
  const leaveShared = createSharedJobLeaver({ database, producer, logger, metrics });
  const open = () =>
    openConsumer(deps.queue, watchQueue(logger, registry, 'consumer'), {
      concurrency,
      lockMs: deps.lockSeconds * 1000,
      handle,
      leaveShared,
      onUnreadable(data, reason) {
        metrics.unreadable.inc();
        logger.warn({ reason, job: JSON.stringify(data)?.slice(0, 200) }, 'job.unreadable');
      },
      onFault(job, error, final) {
        metrics.faults.inc({ final: String(final) });
        const line = { err: error, deliveryId: encodeId('delivery', job.d), attempt: job.n };
        if (final) logger.error(line, 'job.left_to_scheduler');
        else logger.warn(line, 'job.failed');
      },
      onStalled(jobId) {
        metrics.stalled.inc();
        logger.warn({ job: jobId }, 'job.stalled');
      },
      onRefused: (error) => logger.warn({ reason: error.message }, 'queue.refused'),
    });
  // While its clock is wrong it takes no jobs: others do, whose signatures receivers believe.
  const consumer = switchConsumer(open, clock.isRight());
  becameRight = consumer.set;
  return {
    clock,
    async stop() {
      await clock.stop();
      await consumer.close();
      await fleet.leave();
    },
  };
};
