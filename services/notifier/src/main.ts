import { join } from 'node:path';
import { serviceSettings, VERSION } from '@posthorn/contracts';
import { assertMigrated, connectDatabase } from '@posthorn/database';
import { createHealthApp, createLogger, listen, parseConfigOrExit, runService } from '@posthorn/runtime';
import { startNotifier } from './app.ts';
import { createMailCheck } from './check-mail.ts';
import { createTransport } from './create-transport.ts';

const config = parseConfigOrExit(serviceSettings.notifier, process.env);
const service = 'notifier';
const logger = createLogger({ service, level: config.LOG_LEVEL });

const start = async () => {
  const database = connectDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: `posthorn-${service}`,
    onConnectionLost: (error) => logger.debug({ err: error }, 'database.connection_lost'),
  });
  await assertMigrated(database);
  const transport = createTransport({ smtpUrl: config.SMTP_URL, mailDir: join(config.POSTHORN_DATA_DIR, 'mail') });
  const checks = { database: () => database.ping(), mail: createMailCheck(transport) };
  const address = { host: config.HEALTH_HOST, port: config.HEALTH_PORT };
  const health = await listen(createHealthApp({ service, version: VERSION, checks }), address);
  const [intervalMs, from, publicUrl] = [config.NOTIFIER_INTERVAL_MS, config.MAIL_FROM, config.POSTHORN_PUBLIC_URL];
  const notifier = await startNotifier({ database, logger, transport, intervalMs, from, publicUrl });
  logger.info({ healthPort: health.port }, 'service.started');
  const stop = async () => {
    await notifier.stop();
    await health.stop();
    transport.close();
    await database.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: config.SHUTDOWN_GRACE_SECONDS, start });
