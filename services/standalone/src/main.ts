import { standaloneSettings } from '@posthorn/contracts';
import { createLogger, parseConfigOrExit, runService } from '@posthorn/runtime';
import { start } from './start.ts';

const env = parseConfigOrExit(standaloneSettings, process.env);
const logger = createLogger({ service: 'standalone', level: env.LOG_LEVEL });

await runService({
  logger,
  graceSeconds: env.SHUTDOWN_GRACE_SECONDS,
  start: () => start({ env, logger, print: (text) => process.stdout.write(text) }),
});
