import { standaloneSettings } from '@posthorn/contracts';
import { withDialectSettings } from '@posthorn/dialects';
import { createLogger, logForPeople, parseConfigOrExit, runService } from '@posthorn/runtime';
import { start } from './start.ts';

const env = parseConfigOrExit(withDialectSettings(standaloneSettings), process.env);
// At a terminal somebody reads along; anywhere else the log is JSON, as that of every service.
const isTerminal = process.stdout.isTTY;
const logger = createLogger({
  service: 'standalone',
  level: env.LOG_LEVEL,
  ...(isTerminal ? { destination: logForPeople(process.stdout) } : {}),
});

await runService({
  logger,
  graceSeconds: env.SHUTDOWN_GRACE_SECONDS,
  start: () => start({ env, logger, print: (text) => process.stdout.write(text) }),
  ...(isTerminal ? {} : { tell: (reason: string) => process.stderr.write(`\n${reason}\n`) }),
});
