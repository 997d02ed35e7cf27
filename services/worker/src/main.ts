import { serviceSettings } from '@posthorn/contracts';
import { createEncryption, openSql } from '@posthorn/database/sql';
import { createDispatcher } from '@posthorn/outbound';
import { openProducer } from '@posthorn/queues';
import { createRelay } from '@posthorn/relay';
import { createLogger, openTelemetry, parseConfigOrExit, runService, serveHealth, watchQueue } from '@posthorn/runtime';
import { startWorker } from './app.ts';
import { readConfig } from './config.ts';

const env = parseConfigOrExit(serviceSettings.worker, process.env);
const logger = createLogger({ service: 'worker', level: env.LOG_LEVEL });

const start = async () => {
  const { outbound: outboundOptions, ...config } = readConfig(env);
  const telemetry = await openTelemetry(env, 'worker', logger);
  const encryption = createEncryption(env.POSTHORN_ENCRYPTION_KEYS);
  const database = await openSql(env, 'worker');
  const producer = openProducer(config.queue, watchQueue(logger, telemetry.registry, 'producer'));
  const dispatcher = createDispatcher({ ...outboundOptions, relay: createRelay({ database, encryption }) });
  const worker = await startWorker({ database, encryption, producer, dispatcher, logger, telemetry, ...config });
  const checks = { database: database.ping, queue: producer.ping, clock: worker.clock.check };
  const health = await serveHealth(env, 'worker', { checks, telemetry });
  logger.info({ healthPort: health.port, concurrency: config.concurrency }, 'service.started');
  const stop = async () => {
    await worker.stop();
    await Promise.all([health.stop(), dispatcher.close(), producer.close()]);
    await database.close();
    await telemetry.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start });
