import { serviceSettings } from '@posthorn/contracts';
import { openDatabase } from '@posthorn/database';
import { createPublisher, readPublisherOptions } from '@posthorn/publishing';
import { openProducer } from '@posthorn/queues';
import {
  connectionEvents,
  createLogger,
  listen,
  openTelemetry,
  parseConfigOrExit,
  readQueueSettings,
  runService,
} from '@posthorn/runtime';
import { createIngestApp } from './app.ts';
import { limitHeap } from './limit-heap.ts';
import { readIngestLimits } from './read-limits.ts';

const env = parseConfigOrExit(serviceSettings.ingest, process.env);
const logger = createLogger({ service: 'ingest', level: env.LOG_LEVEL });

const start = async () => {
  limitHeap();
  const telemetry = await openTelemetry(env, 'ingest', logger);
  const database = await openDatabase(env, 'ingest');
  const producer = openProducer(readQueueSettings(env), connectionEvents('queue', logger));
  const parts = { database, producer, logger, telemetry };
  const publisher = createPublisher({ ...parts, options: readPublisherOptions(env) });
  const [stopping, limits] = [new AbortController(), readIngestLimits(env)];
  const app = createIngestApp({ ...parts, publisher, limits, stopping: stopping.signal });
  const listening = await listen(app, { host: env.HOST, port: env.PORT });
  logger.info({ host: env.HOST, port: listening.port }, 'service.started');
  const stop = async () => {
    stopping.abort();
    await listening.stop();
    await publisher.drain();
    await producer.close();
    await database.close();
    await telemetry.close();
  };
  return { stop };
};

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start });
