import { encodeId, type RetryPolicy, type TooManyErrorsPolicy } from '@posthorn/contracts';
import type { Database, Encryption } from '@posthorn/database';
import type { Dispatcher } from '@posthorn/outbound';
import { type Lane, LANES, openConsumer, type Producer, type QueueSettings } from '@posthorn/queues';
import {
  createDeliveryMetrics,
  type Logger,
  type RunningService,
  type Telemetry,
  watchPool,
  watchQueue,
} from '@posthorn/runtime';
import { createAttempter } from './attempt-delivery.ts';
import { joinFleet } from './keep-position.ts';
import { createJobLoader } from './load-job.ts';
import { holdJobs } from './hold-jobs.ts';
import { createPacer } from './pace-deliveries.ts';
import { createRecorder } from './record-attempt.ts';
import { createPolicyResolver } from './resolve-policy.ts';
import { createUnsentSettler } from './settle-unsent.ts';
import { createSharedJobLeaver } from './leave-shared-job.ts';

export interface WorkerDeps {
  database: Database;
  encryption: Encryption;
  producer: Producer;
  dispatcher: Pick<Dispatcher, 'routeOf'>;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry' | 'tracing'>;
  queue: QueueSettings;
  concurrency: Readonly<Record<Lane, number>>;
  /** Share of each lane's concurrency that one webhook may take. */
  webhookShare: number;
  defaults: { retry: RetryPolicy; timeoutMs: number; tooManyErrors: TooManyErrorsPolicy };
  retryAfterCapSeconds: number;
  horizonSeconds: number;
  leaseSeconds: number;
}

/** Starts to deliver. `stop` finishes the attempts in flight; what the caller passed in stays open. */
export const startWorker = async (deps: WorkerDeps): Promise<RunningService> => {
  const { database, producer, logger, concurrency, horizonSeconds, leaseSeconds } = deps;
  const { registry, tracing } = deps.telemetry;
  watchPool(registry, database.pool);
  const fleet = await joinFleet(database, logger, registry);
  const pacer = createPacer({ concurrency, webhookShare: deps.webhookShare, position: fleet.position });
  const metrics = createDeliveryMetrics(registry, LANES, {
    inFlight: (lane) => pacer.inFlight(lane),
    slots: (lane) => concurrency[lane],
    unrecorded: () => recorder.pending,
  });
  const options = { horizonSeconds, leaseSeconds };
  const recorder = createRecorder({ database, producer, logger, metrics, tracing, options });
  const handle = createAttempter({
    loader: createJobLoader(database, deps.encryption, metrics),
    turns: holdJobs(pacer),
    recorder,
    settler: createUnsentSettler(database, logger, metrics),
    metrics,
    tracing,
    dispatcher: deps.dispatcher,
    resolvePolicy: createPolicyResolver(deps.defaults),
    retryAfterCapSeconds: deps.retryAfterCapSeconds,
    logger,
  });
  const consumer = openConsumer(deps.queue, watchQueue(logger, registry, 'consumer'), {
    concurrency,
    handle,
    leaveShared: createSharedJobLeaver({ database, producer, logger, metrics }),
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
  return {
    async stop() {
      await consumer.close();
      await fleet.leave();
    },
  };
};
