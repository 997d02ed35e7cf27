import { type Config, JOB_VERSION, serviceSettings } from '@posthorn/contracts';
import { checkTargetUrl, createAddressGuard, type DispatcherOptions, readRunners } from '@posthorn/outbound';
import type { Producer } from '@posthorn/queues';
import { dialectSettings, withDialectSettings } from '@posthorn/dialects';
import { readQueueSettings, readTrustProxy, splitList } from '@posthorn/runtime';
import type { ApiDeps, Installation } from './api-deps.ts';
import { CONSOLE_DIR } from './console/console-files.ts';

type Env = Pick<
  Config<typeof serviceSettings.api>,
  | 'POSTHORN_ADMIN_TOKEN'
  | 'POSTHORN_ALLOW_CIDRS'
  | 'WEBHOOK_TYPE_RUNNERS'
  | 'DELIVERY_TIMEOUT_MS'
  | 'MAX_BODY_BYTES'
  | 'QUEUE_LEASE_SECONDS'
  | 'POSTHORN_PUBLIC_URL'
  | 'TRUST_PROXY'
  | 'EGRESS_PROXY'
  | 'AUTH_FAILURES_PER_MINUTE'
  | 'API_CALLS_PER_MINUTE'
  | 'CONSOLE'
> &
  Parameters<typeof readQueueSettings>[0];

type ApiConfig = Omit<ApiDeps, 'database' | 'encryption' | 'logger' | 'telemetry' | 'dispatcher' | 'publisher'> & {
  installation: Installation;
};

/** All that the service reads from its environment. */
export const apiSettings = withDialectSettings(serviceSettings.api);

const pickDialectSettings = (env: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => Object.hasOwn(dialectSettings, name)));

const describeInstallation = (env: Env): Installation => ({
  queue: readQueueSettings(env).redis === undefined ? 'PostgreSQL' : 'Redis',
  allowCidrs: splitList(env.POSTHORN_ALLOW_CIDRS),
  hasEgressProxy: env.EGRESS_PROXY !== undefined,
});

/** The environment in the words of the API, and what it needs of the queue and the address guard. */
export const readConfig = (env: Env, producer: Producer): ApiConfig => {
  const guard = createAddressGuard({ allowCidrs: splitList(env.POSTHORN_ALLOW_CIDRS) });
  return {
    adminToken: env.POSTHORN_ADMIN_TOKEN,
    checkTargetUrl: (url) => checkTargetUrl(url, guard),
    enqueueManualRetry: ({ retryId, deliveryId, shard }) =>
      producer.enqueue([{ job: { v: JOB_VERSION, d: deliveryId, n: 0, r: retryId }, shard, delayMs: 0 }]),
    queueReady: producer.ping,
    queueLeaseSeconds: env.QUEUE_LEASE_SECONDS,
    deliveryTimeoutMs: env.DELIVERY_TIMEOUT_MS,
    maxBodyBytes: env.MAX_BODY_BYTES,
    publicUrl: env.POSTHORN_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    limits: { authFailuresPerMinute: env.AUTH_FAILURES_PER_MINUTE, callsPerMinute: env.API_CALLS_PER_MINUTE },
    trustProxy: readTrustProxy(env.TRUST_PROXY),
    dialectSettings: pickDialectSettings(env),
    consoleDir: env.CONSOLE === 'on' ? CONSOLE_DIR : null,
    installation: describeInstallation(env),
  };
};

/** Where tests of webhooks may go, by the same settings as the deliveries of workers. */
export const readDispatcherOptions = (
  env: Pick<Env, 'POSTHORN_ALLOW_CIDRS' | 'WEBHOOK_TYPE_RUNNERS' | 'EGRESS_PROXY'>,
): DispatcherOptions => ({
  allowCidrs: splitList(env.POSTHORN_ALLOW_CIDRS),
  runners: readRunners(env.WEBHOOK_TYPE_RUNNERS),
  egressProxy: env.EGRESS_PROXY,
});
