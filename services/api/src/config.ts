import { type Config, JOB_VERSION, type serviceSettings } from '@posthorn/contracts';
import { checkTargetUrl, createAddressGuard } from '@posthorn/outbound';
import type { Producer } from '@posthorn/queues';
import type { ApiDeps } from './api-deps.ts';

type Env = Pick<
  Config<typeof serviceSettings.api>,
  'POSTHORN_ADMIN_TOKEN' | 'DELIVERY_TIMEOUT_MS' | 'MAX_BODY_BYTES' | 'QUEUE_LEASE_SECONDS'
>;

type ApiConfig = Omit<ApiDeps, 'database' | 'encryption' | 'logger' | 'outbound'>;

/** The environment in the words of the API, and what it needs of the queue and the address guard. */
export const readConfig = (env: Env, producer: Producer, allowCidrs: readonly string[]): ApiConfig => {
  const guard = createAddressGuard({ allowCidrs });
  return {
    adminToken: env.POSTHORN_ADMIN_TOKEN,
    checkTargetUrl: (url) => checkTargetUrl(url, guard),
    enqueueManualRetry: ({ retryId, deliveryId }) =>
      producer.enqueue([{ job: { v: JOB_VERSION, d: deliveryId, n: 0, r: retryId }, delayMs: 0 }]),
    queueReady: producer.ping,
    queueLeaseSeconds: env.QUEUE_LEASE_SECONDS,
    deliveryTimeoutMs: env.DELIVERY_TIMEOUT_MS,
    maxBodyBytes: env.MAX_BODY_BYTES,
  };
};
