import { serviceSettings } from '@posthorn/contracts';
import { assertMigrated, connectDatabase } from '@posthorn/database';
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

await runService({
  logger,
  graceSeconds: env.SHUTDOWN_GRACE_SECONDS,
  async start() {
    const database = connectDatabase({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      applicationName: 'posthorn-ingest',
    });
    await assertMigrated(database);
    const producer = openProducer(readQueueSettings(env), connectionEvents('queue', logger));
    const { app, drain } = createIngestApp({ database, producer, logger, ...readConfig(env) });
    const listening = await listen(app, { host: env.HOST, port: env.PORT });
    logger.info({ host: env.HOST, port: listening.port }, 'service.started');
    return {
      async stop() {
        await listening.stop();
        await drain();
        await producer.close();
        await database.close();
      },
    };
  },
});
