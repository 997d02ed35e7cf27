import { join } from 'node:path';
import { serviceSettings } from '@posthorn/contracts';
import { openDatabase } from '@posthorn/database';
import { createLogger, openTelemetry, parseConfigOrExit, runService, serveHealth } from '@posthorn/runtime';
import { startNotifier } from './app.ts';
import { createMailCheck } from './check-mail.ts';
import { createTransport } from './create-transport.ts';

const config = parseConfigOrExit(serviceSettings.notifier, process.env);
const service = 'notifier';
const logger = createLogger({ service, level: config.LOG_LEVEL });

const start = async () => {
  const telemetry = await openTelemetry(config, service, logger);
  const database = await openDatabase(config, service, (error) =>
    logger.debug({ err: error }, 'database.connection_lost'),
  );
  const transport = createTransport({ smtpUrl: config.SMTP_URL, mailDir: join(config.POSTHORN_DATA_DIR, 'mail') });
  const checks = { database: () => database.ping(), mail: createMailCheck(transport) };
  const health = await serveHealth(config, service, { checks, telemetry });
  const [intervalMs, from, publicUrl] = [config.NOTIFIER_INTERVAL_MS, config.MAIL_FROM, config.POSTHORN_PUBLIC_URL];
  const notifier = await startNotifier({ database, logger, telemetry, transport, intervalMs, from, publicUrl });
  logger.info({ healthPort: health.port }, 'service.started');
  const stop = async () => {
    await notifier.stop();
    await health.stop();
    transport.close();
    await database.close();
    await telemetry.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: config.SHUTDOWN_GRACE_SECONDS, start });
