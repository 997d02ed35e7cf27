import { createEncryption, openDatabase } from '@posthorn/database';
import { createDispatcher } from '@posthorn/outbound';
import { createPublisher, readPublisherOptions } from '@posthorn/publishing';
import { openProducer } from '@posthorn/queues';
import { createRelay } from '@posthorn/relay';
import {
  createLogger,
  openTelemetry,
  parseConfigOrExit,
  readQueueSettings,
  runService,
  watchQueue,
} from '@posthorn/runtime';
import { apiSettings, readConfig, readDispatcherOptions } from './config.ts';
import { startApi } from './start-api.ts';

const env = parseConfigOrExit(apiSettings, process.env);
const logger = createLogger({ service: 'api', level: env.LOG_LEVEL });

const start = async () => {
  const encryption = createEncryption(env.POSTHORN_ENCRYPTION_KEYS);
  const telemetry = await openTelemetry(env, 'api', logger);
  const database = await openDatabase(env, 'api');
  const producer = openProducer(readQueueSettings(env), watchQueue(logger, telemetry.registry, 'producer'));
  const dispatcher = createDispatcher({ ...readDispatcherOptions(env), relay: createRelay({ database, encryption }) });
  const publisher = createPublisher({ database, producer, logger, telemetry, options: readPublisherOptions(env) });
  const deps = { database, encryption, logger, telemetry, dispatcher, publisher, ...readConfig(env, producer) };
  const api = await startApi({ ...deps, host: env.HOST, port: env.PORT, defaultToken: env.POSTHORN_TOKEN });
  return {
    async stop() {
      await api.stop();
      await publisher.drain();
      await Promise.all([dispatcher.close(), producer.close(), telemetry.close()]);
      await database.close();
    },
  };
};

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start });
