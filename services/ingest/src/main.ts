import { serviceSettings } from '@posthorn/contracts';
import { openDatabase } from '@posthorn/database';
import { openProducer } from '@posthorn/queues';
import {
  connectionEvents,
  createLogger,
  listen,
  parseConfigOrExit,
  readQueueSettings,
  runService,
} from '@posthorn/runtime';
import { createIngestApp } from './app.ts';
import { readConfig } from './config.ts';

const env = parseConfigOrExit(serviceSettings.ingest, process.env);
const logger = createLogger({ service: 'ingest', level: env.LOG_LEVEL });

const start = async () => {
  const database = await openDatabase(env, 'ingest');
  const producer = openProducer(readQueueSettings(env), connectionEvents('queue', logger));
  const { app, drain } = createIngestApp({ database, producer, logger, ...readConfig(env) });
  const listening = await listen(app, { host: env.HOST, port: env.PORT });
  logger.info({ host: env.HOST, port: listening.port }, 'service.started');
  const stop = async () => {
    await listening.stop();
    await drain();
    await producer.close();
    await database.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start });
