import { serviceSettings } from '@posthorn/contracts';
import { openDatabase } from '@posthorn/database';
import { openProducer } from '@posthorn/queues';
import {
  createLogger,
  openTelemetry,
  parseConfigOrExit,
  readQueueSettings,
  runService,
  serveHealth,
  watchQueue,
} from '@posthorn/runtime';
import { startScheduler } from './app.ts';
import { readConfig } from './config.ts';

const env = parseConfigOrExit(serviceSettings.scheduler, process.env);
const logger = createLogger({ service: 'scheduler', level: env.LOG_LEVEL });

const start = async () => {
  const telemetry = await openTelemetry(env, 'scheduler', logger);
  const database = await openDatabase(env, 'scheduler');
  const producer = openProducer(readQueueSettings(env), watchQueue(logger, telemetry.registry, 'producer'));
  const scheduler = startScheduler({ database, producer, logger, telemetry, ...readConfig(env) });
  const checks = { database: database.ping, queue: producer.ping, clock: scheduler.clock.check };
  const health = await serveHealth(env, 'scheduler', { checks, telemetry });
  logger.info({ healthPort: health.port }, 'service.started');
  const stop = async () => {
    await scheduler.stop();
    await Promise.all([health.stop(), producer.close()]);
    await database.close();
    await telemetry.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start });
