import { encodeId, JOB_VERSION } from '@posthorn/contracts';
import { type Database, releaseRetriesToScheduler, type ReplayStepOptions, stepReplay } from '@posthorn/database';
import type { Enqueue, Producer } from '@posthorn/queues';
import type { Logger } from '@posthorn/runtime';

/** Two schedulers that look at the same moment do not ask again in a tight loop. */
const SHORTEST_WAIT_MS = 10;

/**
 * Takes the replay whose turn it is one step further and enqueues what it took. Rows are committed first: when enqueueing
 * fails the retries are handed back, and the next step enqueues them.
 * @returns whether another replay may be due now, or in how many milliseconds the next one is.
 */
export const advanceReplays = async (deps: {
  database: Database;
  producer: Producer;
  logger: Logger;
  options: ReplayStepOptions;
}): Promise<boolean | number> => {
  const { database, producer, logger, options } = deps;
  const step = await stepReplay(database, options, Date.now());
  if (step.kind === 'idle') return step.nextInMs === null ? false : Math.max(SHORTEST_WAIT_MS, step.nextInMs);
  const { replayId, webhookId, entered, done, total, toEnqueue } = step;
  if (entered !== null)
    logger.info({ replayId: encodeId('replay', replayId), webhookId, done, total }, `replay.${entered}`);
  if (toEnqueue.length === 0) return true;
  try {
    await producer.enqueue(
      toEnqueue.map(({ id, deliveryId, shard }): Enqueue => ({
        job: { v: JOB_VERSION, d: deliveryId, n: 0, r: id },
        shard,
        delayMs: 0,
        // Behind the first attempts of what is published now.
        lane: 'retry',
      })),
    );
  } catch (error) {
    await releaseRetriesToScheduler(
      database,
      toEnqueue.map(({ id }) => id),
    );
    throw error;
  }
  return true;
};
