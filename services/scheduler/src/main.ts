import { serviceSettings, VERSION } from '@posthorn/contracts';
import { assertMigrated, connectDatabase } from '@posthorn/database';
import { openProducer } from '@posthorn/queues';
import {
  connectionEvents,
  createHealthApp,
  createLogger,
  listen,
  parseConfigOrExit,
  readQueueSettings,
  runService,
} from '@posthorn/runtime';
import { startScheduler } from './app.ts';
import { readConfig } from './config.ts';

const env = parseConfigOrExit(serviceSettings.scheduler, process.env);
const logger = createLogger({ service: 'scheduler', level: env.LOG_LEVEL });

await runService({
  logger,
  graceSeconds: env.SHUTDOWN_GRACE_SECONDS,
  async start() {
    const database = connectDatabase({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      applicationName: 'posthorn-scheduler',
    });
    await assertMigrated(database);
    const producer = openProducer(readQueueSettings(env), connectionEvents('queue', logger));
    const scheduler = startScheduler({ database, producer, logger, ...readConfig(env) });
    const checks = { database: database.ping, queue: producer.ping };
    const health = await listen(createHealthApp({ service: 'scheduler', version: VERSION, checks }), {
      host: env.HEALTH_HOST,
      port: env.HEALTH_PORT,
    });
    logger.info({ healthPort: health.port }, 'service.started');
    return {
      async stop() {
        await scheduler.stop();
        await Promise.all([health.stop(), producer.close()]);
        await database.close();
      },
    };
  },
});
