import type { Config, serviceSettings } from '@posthorn/contracts';
import { type DispatcherOptions, readRunners } from '@posthorn/outbound';
import { readQueueSettings, splitList } from '@posthorn/runtime';
import type { WorkerDeps } from './app.ts';

/** What a worker reads, wherever it runs: by itself or inside standalone. */
type Env = Omit<Config<typeof serviceSettings.worker>, 'HEALTH_HOST' | 'HEALTH_PORT'>;

type WorkerConfig = Omit<WorkerDeps, 'database' | 'encryption' | 'producer' | 'dispatcher' | 'logger' | 'telemetry'> & {
  outbound: DispatcherOptions;
};

/** The environment in the words of the worker. */
export const readConfig = (env: Env): WorkerConfig => ({
  queue: readQueueSettings(env),
  outbound: {
    runners: readRunners(env.WEBHOOK_TYPE_RUNNERS),
    allowCidrs: splitList(env.POSTHORN_ALLOW_CIDRS),
    // How many requests a receiver gets at once is decided before an attempt begins. Once begun, it must not wait for a
    // connection of others: its deadline runs, and it would be counted as a failure of the receiver.
    connectionsPerOrigin: env.WORKER_CONCURRENCY + env.WORKER_RETRY_CONCURRENCY,
  },
  concurrency: { first: env.WORKER_CONCURRENCY, retry: env.WORKER_RETRY_CONCURRENCY },
  webhookShare: env.WORKER_WEBHOOK_SHARE,
  lockSeconds: env.WORKER_LOCK_SECONDS,
  defaults: {
    retry: { delaysSeconds: splitList(env.RETRY_DELAYS_SECONDS).map(Number), jitter: env.RETRY_JITTER },
    timeoutMs: env.DELIVERY_TIMEOUT_MS,
    tooManyErrors: { count: env.TOO_MANY_ERRORS_COUNT, forSeconds: env.TOO_MANY_ERRORS_SECONDS },
  },
  retryAfterCapSeconds: env.RETRY_AFTER_CAP_SECONDS,
  horizonSeconds: env.RETRY_HORIZON_SECONDS,
  leaseSeconds: env.QUEUE_LEASE_SECONDS,
});
