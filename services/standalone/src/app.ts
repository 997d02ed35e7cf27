import { createApiRouter, readApiConfig } from '@posthorn/api';
import { VERSION, type Config, type standaloneSettings } from '@posthorn/contracts';
import { asUnavailable, createEncryption, ensureDefaultAccount, openDatabase } from '@posthorn/database';
import { createIngestRouter, readIngestLimits } from '@posthorn/ingest';
import { createTransport, startNotifier } from '@posthorn/notifier';
import { createDispatcher } from '@posthorn/outbound';
import { createPublisher, readPublisherOptions } from '@posthorn/publishing';
import { openProducer } from '@posthorn/queues';
import { createRelay } from '@posthorn/relay';
import {
  createApp,
  createHealthRouter,
  listen,
  type Logger,
  notFound,
  openTelemetry,
  problemHandler,
  readQueueSettings,
  readTrustProxy,
  type RunningService,
  watchQueue,
} from '@posthorn/runtime';
import { readSchedulerConfig, startScheduler } from '@posthorn/scheduler';
import { readWorkerConfig, startWorker } from '@posthorn/worker';

type Env = Config<typeof standaloneSettings>;

/** The configuration with nothing left open: what the data folder provides is filled in. */
export interface StandaloneConfig extends Env {
  mailDir: string;
}

export interface Standalone extends RunningService {
  url: string;
  port: number;
}

/** Starts every service in this process, behind one port. The database must be up to date. */
export const startStandalone = async (env: StandaloneConfig, logger: Logger): Promise<Standalone> => {
  const telemetry = await openTelemetry(env, 'standalone', logger);
  const database = await openDatabase(env, 'standalone', (error) =>
    logger.warn({ reason: error.message }, 'database.connection_lost'),
  );
  await ensureDefaultAccount(database, env.POSTHORN_TOKEN ?? '');

  const encryption = createEncryption(env.POSTHORN_ENCRYPTION_KEYS);
  const producer = openProducer(readQueueSettings(env), watchQueue(logger, telemetry.registry, 'producer'));
  const { outbound: outboundOptions, ...workerConfig } = readWorkerConfig(env);
  const dispatcher = createDispatcher({ ...outboundOptions, relay: createRelay({ database, encryption }) });

  const publisher = createPublisher({ database, producer, logger, telemetry, options: readPublisherOptions(env) });
  const stopping = new AbortController();
  const limits = readIngestLimits(env);
  const transport = createTransport({ smtpUrl: env.SMTP_URL, mailDir: env.mailDir });
  const { installation, ...apiConfig } = readApiConfig(env, producer);
  const { adminToken, publicUrl, consoleDir } = apiConfig;
  const parts = { database, logger, telemetry, publisher };
  const ingest = createIngestRouter({
    ...parts,
    limits,
    adminToken,
    encryption: consoleDir === null ? undefined : encryption,
    publicUrl,
    stopping: stopping.signal,
  });
  const api = await createApiRouter({
    ...parts,
    encryption,
    dispatcher,
    ...apiConfig,
    installation: { ...installation, mail: transport, publishesHere: true },
    stopping: stopping.signal,
  });
  const trustProxy = readTrustProxy(env.TRUST_PROXY);
  const app = createApp({ logger, registry: telemetry.registry, trustProxy });
  const checks = { database: database.ping, queue: producer.ping };
  app.use(createHealthRouter({ service: 'standalone', version: VERSION, checks }), telemetry.metricsRouter);
  app.use(ingest, api, notFound, problemHandler(logger, asUnavailable));

  const worker = await startWorker({ database, encryption, producer, dispatcher, logger, telemetry, ...workerConfig });
  const scheduler = startScheduler({ database, producer, logger, telemetry, ...readSchedulerConfig(env) });
  const notifier = await startNotifier({
    database,
    logger,
    telemetry,
    transport,
    intervalMs: env.NOTIFIER_INTERVAL_MS,
    from: env.MAIL_FROM,
    publicUrl: env.POSTHORN_PUBLIC_URL ?? `http://localhost:${env.PORT}`,
  });
  const stopParts = async (): Promise<void> => {
    // Front to back: what was taken is stored and enqueued, what is in flight is delivered and recorded.
    await publisher.drain();
    await Promise.all([worker.stop(), scheduler.stop(), notifier.stop()]);
    transport.close();
    await Promise.all([dispatcher.close(), producer.close()]);
    await database.close();
    await telemetry.close();
  };
  const listening = await listen(app, { host: env.HOST, port: env.PORT }).catch(async (error: unknown) => {
    // The parts run already, and PostgreSQL must not go away under them.
    await stopParts();
    throw error;
  });

  return {
    url: `http://localhost:${listening.port}`,
    port: listening.port,
    async stop() {
      stopping.abort();
      await listening.stop();
      await stopParts();
    },
  };
};
