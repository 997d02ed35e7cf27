import { serviceSettings } from '@posthorn/contracts';
import { connectDatabase, createEncryption } from '@posthorn/database';
import { createLogger, parseConfig, runService } from '@posthorn/runtime';
import { startApi } from './start-api.ts';

const config = parseConfig(serviceSettings.api, process.env);
const logger = createLogger({ service: 'api', level: config.LOG_LEVEL });
const notWired = () => Promise.reject(new Error('The queue and the sender are not wired yet.'));

const start = async () => {
  const database = connectDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'posthorn-api',
    onConnectionLost: (error) => logger.warn({ err: error }, 'database.connection_lost'),
  });
  const { port, stop } = await startApi({
    database,
    encryption: createEncryption(config.POSTHORN_ENCRYPTION_KEYS),
    logger,
    adminToken: config.POSTHORN_ADMIN_TOKEN,
    defaultToken: config.POSTHORN_TOKEN,
    outbound: { send: notWired },
    checkTargetUrl: () => ({ ok: true }),
    enqueueManualRetry: notWired,
    queueReady: notWired,
    queueLeaseSeconds: config.QUEUE_LEASE_SECONDS,
    deliveryTimeoutMs: config.DELIVERY_TIMEOUT_MS,
    maxBodyBytes: config.MAX_BODY_BYTES,
    host: config.HOST,
    port: config.PORT,
  });
  return { port, stop: () => stop().then(() => database.close()) };
};

await runService({ logger, graceSeconds: config.SHUTDOWN_GRACE_SECONDS, start });
