import type { Config, serviceSettings } from '@posthorn/contracts';
import { createEncryption, openSql } from '@posthorn/database/sql';
import { createPublisher, readPublisherOptions } from '@posthorn/publishing';
import { openProducer } from '@posthorn/queues';
import {
  LINGER_MS,
  listen,
  type Logger,
  openTelemetry,
  readQueueSettings,
  readTrustProxy,
  type RunningService,
  watchQueue,
} from '@posthorn/runtime';
import { createIngestApp } from './app.ts';
import { readIngestLimits } from './read-limits.ts';

/** Starts to take events. `stop` answers what has been asked, and waits for what is not committed yet. */
export const startIngest = async (
  env: Config<typeof serviceSettings.ingest>,
  logger: Logger,
): Promise<RunningService> => {
  const telemetry = await openTelemetry(env, 'ingest', logger);
  const database = await openSql(env, 'ingest');
  const producer = openProducer(readQueueSettings(env), watchQueue(logger, telemetry.registry, 'producer'));
  const parts = { database, producer, logger, telemetry };
  const publisher = createPublisher({ ...parts, options: readPublisherOptions(env) });
  const [stopping, limits] = [new AbortController(), readIngestLimits(env)];
  const { POSTHORN_ADMIN_TOKEN: adminToken, POSTHORN_ENCRYPTION_KEYS: keys } = env;
  const app = createIngestApp({
    ...parts,
    publisher,
    limits,
    adminToken,
    encryption: keys === undefined ? undefined : createEncryption(keys),
    trustProxy: readTrustProxy(env.TRUST_PROXY),
    stopping: stopping.signal,
  });
  const listening = await listen(app, { host: env.HOST, port: env.PORT, lingerMs: LINGER_MS });
  logger.info({ host: env.HOST, port: listening.port }, 'service.started');
  return {
    async stop() {
      stopping.abort();
      await listening.stop();
      await publisher.drain();
      await producer.close();
      await database.close();
      await telemetry.close();
    },
  };
};
