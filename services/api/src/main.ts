import { JOB_VERSION, serviceSettings } from '@posthorn/contracts';
import { connectDatabase, createEncryption } from '@posthorn/database';
import { checkTargetUrl, createAddressGuard, createOutbound } from '@posthorn/outbound';
import { openProducer } from '@posthorn/queues';
import {
  connectionEvents,
  createLogger,
  parseConfigOrExit,
  readQueueSettings,
  runService,
  splitList,
} from '@posthorn/runtime';
import { startApi } from './start-api.ts';

const env = parseConfigOrExit(serviceSettings.api, process.env);
const logger = createLogger({ service: 'api', level: env.LOG_LEVEL });

const start = async () => {
  const allowCidrs = splitList(env.POSTHORN_ALLOW_CIDRS);
  const guard = createAddressGuard({ allowCidrs });
  const outbound = createOutbound({ allowCidrs });
  const producer = openProducer(readQueueSettings(env), connectionEvents('queue', logger));
  const database = connectDatabase({
    url: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    applicationName: 'posthorn-api',
  });
  const api = await startApi({
    database,
    logger,
    outbound,
    host: env.HOST,
    port: env.PORT,
    defaultToken: env.POSTHORN_TOKEN,
    encryption: createEncryption(env.POSTHORN_ENCRYPTION_KEYS),
    adminToken: env.POSTHORN_ADMIN_TOKEN,
    checkTargetUrl: (url) => checkTargetUrl(url, guard),
    enqueueManualRetry: ({ retryId, deliveryId }) =>
      producer.enqueue([{ job: { v: JOB_VERSION, d: deliveryId, n: 0, r: retryId }, delayMs: 0 }]),
    queueReady: producer.ping,
    queueLeaseSeconds: env.QUEUE_LEASE_SECONDS,
    deliveryTimeoutMs: env.DELIVERY_TIMEOUT_MS,
    maxBodyBytes: env.MAX_BODY_BYTES,
  });
  const stop = async () => {
    await api.stop();
    await Promise.all([outbound.close(), producer.close()]);
    await database.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start });
