import { serviceSettings, VERSION } from '@posthorn/contracts';
import { assertMigrated, connectDatabase, createEncryption } from '@posthorn/database';
import { createOutbound } from '@posthorn/outbound';
import { openProducer } from '@posthorn/queues';
import { createHealthApp, createLogger, listen, parseConfigOrExit, runService } from '@posthorn/runtime';
import { startWorker } from './app.ts';
import { readConfig } from './config.ts';

const env = parseConfigOrExit(serviceSettings.worker, process.env);
const logger = createLogger({ service: 'worker', level: env.LOG_LEVEL });

await runService({
  logger,
  graceSeconds: env.SHUTDOWN_GRACE_SECONDS,
  async start() {
    const { queue, queueEvents, outbound: outboundOptions, ...config } = readConfig(env, logger);
    const database = connectDatabase({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      applicationName: 'posthorn-worker',
    });
    await assertMigrated(database);
    const producer = openProducer(queue, queueEvents);
    const outbound = createOutbound(outboundOptions);
    const encryption = createEncryption(env.POSTHORN_ENCRYPTION_KEYS);
    const worker = await startWorker({
      database,
      encryption,
      producer,
      outbound,
      logger,
      queue,
      queueEvents,
      ...config,
    });
    const checks = { database: database.ping, queue: producer.ping };
    const health = await listen(createHealthApp({ service: 'worker', version: VERSION, checks }), {
      host: env.HEALTH_HOST,
      port: env.HEALTH_PORT,
    });
    logger.info({ healthPort: health.port, concurrency: config.concurrency }, 'service.started');
    return {
      async stop() {
        await worker.stop();
        await Promise.all([health.stop(), outbound.close(), producer.close()]);
        await database.close();
      },
    };
  },
});
