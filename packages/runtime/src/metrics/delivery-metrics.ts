import type { Registry } from 'prom-client';
import { addressRefusals } from './address-refusals.ts';
import { BATCH_BUCKETS, DURATION_BUCKETS, makeCounter, makeGauge, makeHistogram, startAtZero } from './make-metric.ts';
import { jobsLeftToScheduler } from './publishing-metrics.ts';

/** Seconds from an event's acceptance to its first attempt: a backlog of hours is still told from one of minutes. */
const DELAY_BUCKETS = [...DURATION_BUCKETS, 300, 1800, 7200];

/** What a worker is doing, asked when somebody scrapes. */
export interface WorkerLoad<L extends string> {
  inFlight(lane: L): number;
  slots(lane: L): number;
  unrecorded(): number;
}

const watchLoad = <L extends string>(registry: Registry, lanes: readonly L[], load: WorkerLoad<L>): void => {
  makeGauge(registry, {
    name: 'posthorn_attempts_in_flight',
    help: 'Attempts under way, from their turn to the answer of the receiver.',
    labels: ['lane'],
    collect: (gauge) => lanes.forEach((lane) => gauge.set({ lane }, load.inFlight(lane))),
  });
  makeGauge(registry, {
    name: 'posthorn_attempt_slots',
    help: 'Attempts that may be under way at once: WORKER_CONCURRENCY and WORKER_RETRY_CONCURRENCY.',
    labels: ['lane'],
    collect: (gauge) => lanes.forEach((lane) => gauge.set({ lane }, load.slots(lane))),
  });
  makeGauge(registry, {
    name: 'posthorn_attempts_unrecorded',
    help: 'Attempts that were made and wait for their commit; grows while PostgreSQL is away.',
    collect: (gauge) => gauge.set(load.unrecorded()),
  });
};

const createCounters = (registry: Registry) => {
  const settled = makeCounter(registry, {
    name: 'posthorn_deliveries_settled_total',
    help: 'Deliveries that came to rest: `succeeded`, `failed` (attempts used up), `held` (webhook not Active), `discarded`.',
    labels: ['status'],
  });
  startAtZero(settled, 'status', ['succeeded', 'failed', 'held', 'discarded']);
  const switchedOff = makeCounter(registry, {
    name: 'posthorn_webhooks_switched_off_total',
    help: 'Webhooks that were switched off: `too_many_errors`, or `gone` (the receiver answered 410).',
    labels: ['kind'],
  });
  startAtZero(switchedOff, 'kind', ['too_many_errors', 'gone']);
  const faults = makeCounter(registry, {
    name: 'posthorn_job_faults_total',
    help: 'Jobs that failed by a fault of ours; `final`: the queue gave them up and the scheduler enqueues them again.',
    labels: ['final'],
  });
  startAtZero(faults, 'final', ['true', 'false']);
  const unreadable = makeCounter(registry, {
    name: 'posthorn_jobs_unreadable_total',
    help: 'Jobs of another version, or damaged, that were dropped: the scheduler enqueues their deliveries again.',
  });
  const stalled = makeCounter(registry, {
    name: 'posthorn_jobs_stalled_total',
    help: 'Jobs whose worker died, or lost the queue for too long: another worker takes them.',
  });
  return { settled, switchedOff, faults, unreadable, stalled };
};

/** What is told of deliveries from the queue to the record. In `worker`. */
export const createDeliveryMetrics = <L extends string>(
  registry: Registry,
  lanes: readonly L[],
  load: WorkerLoad<L>,
) => {
  watchLoad(registry, lanes, load);
  return {
    ...createCounters(registry),
    attempts: makeCounter(registry, {
      name: 'posthorn_attempts_total',
      help: 'Attempts by lane and outcome; `error` is `none`, the class of the answer (`http_4xx`, `redirect`, `gone`, …) or why there was none (`timeout`, `tls_failed`, …).',
      labels: ['lane', 'outcome', 'error'],
    }),
    attemptSeconds: makeHistogram(registry, {
      name: 'posthorn_attempt_duration_seconds',
      help: 'One request to a receiver, from name look-up to the end of the answer.',
      labels: ['outcome'],
    }),
    putBack: makeCounter(registry, {
      name: 'posthorn_attempts_put_back_total',
      help: 'Jobs whose turn had not come (a limit of their webhook, or its share of the slots) and that went back to the queue.',
      labels: ['lane'],
    }),
    firstAttemptDelaySeconds: makeHistogram(registry, {
      name: 'posthorn_first_attempt_delay_seconds',
      help: 'From the acceptance of an event to the start of its first attempt.',
      buckets: DELAY_BUCKETS,
    }),
    loadSeconds: makeHistogram(registry, {
      name: 'posthorn_load_duration_seconds',
      help: 'Loading one batch of deliveries.',
    }),
    loadBatch: makeHistogram(registry, {
      name: 'posthorn_load_batch_deliveries',
      help: 'Deliveries that one query loaded.',
      buckets: BATCH_BUCKETS,
    }),
    recordSeconds: makeHistogram(registry, {
      name: 'posthorn_record_duration_seconds',
      help: 'Committing one batch of attempts, waits for a database that is away included.',
    }),
    recordBatch: makeHistogram(registry, {
      name: 'posthorn_record_batch_attempts',
      help: 'Attempts that one transaction recorded.',
      buckets: BATCH_BUCKETS,
    }),
    leftToScheduler: jobsLeftToScheduler(registry),
    addressRefusals: addressRefusals(registry),
  };
};

export type DeliveryMetrics = ReturnType<typeof createDeliveryMetrics>;
