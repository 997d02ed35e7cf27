import { serviceSettings } from '@posthorn/contracts';
import { createLogger, parseConfigOrExit, runService } from '@posthorn/runtime';
import { startIngest } from './start-ingest.ts';

const env = parseConfigOrExit(serviceSettings.ingest, process.env);
const logger = createLogger({ service: 'ingest', level: env.LOG_LEVEL });

await runService({ logger, graceSeconds: env.SHUTDOWN_GRACE_SECONDS, start: () => startIngest(env, logger) });
