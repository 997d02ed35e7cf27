import type { Logger } from './create-logger.ts';

/** A list in one variable: parts joined by commas, blanks around them dropped, empty parts too. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The queue settings of a service, in the words of @posthorn/queues. */
export const readQueueSettings = (env: {
  REDIS_URL?: string | undefined;
  DATABASE_URL: string;
  QUEUE_PREFIX: string;
}): { redisUrl: string | undefined; databaseUrl: string; prefix: string } => ({
  redisUrl: env.REDIS_URL,
  databaseUrl: env.DATABASE_URL,
  prefix: env.QUEUE_PREFIX,
});

/** Log lines for a connection that comes and goes by itself. */
export const connectionEvents = (name: string, logger: Logger) => ({
  onLost(error: Error) {
    logger.warn({ reason: error.message || (error as { code?: string }).code }, `${name}.connection_lost`);
  },
  onBack() {
    logger.info(`${name}.connection_back`);
  },
});
