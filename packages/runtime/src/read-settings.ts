import type { Logger } from './create-logger.ts';

/** A list in one variable: parts joined by commas, blanks around them dropped, empty parts too. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Log lines for the connection to a queue, which comes and goes by itself. */
export const connectionEvents = (name: string, logger: Logger) => ({
  onLost(error: Error) {
    logger.warn({ reason: error.message || (error as { code?: string }).code }, `${name}.connection_lost`);
  },
  onBack() {
    logger.info(`${name}.connection_back`);
  },
  onEvicting(node: string, policy: string) {
    const hint = 'set maxmemory-policy to noeviction: a job that Redis drops is made again only after its lease';
    logger.warn({ node, policy, hint }, `${name}.may_drop_jobs`);
  },
});
