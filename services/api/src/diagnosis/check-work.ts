import { type Database, measureBacklog, readLiveness } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Check, failure, fine, warning } from './check.ts';

/** Far longer than the longest interval of a scheduler (SCHEDULER_INTERVAL_MS). */
const LEFT_SECONDS = 180;
const SLOW_SECONDS = 30;
const STUCK_SECONDS = 300;

const DATABASE_FIRST = 'PostgreSQL has to answer first: see the check `database`.';
const START_SCHEDULER =
  'Start `scheduler`, and look into its log: it promotes retries and enqueues what the queue lost.';
const START_WORKERS = 'Start `worker`, and look into its log: until then deliveries wait, and none is lost.';

const inWords = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

export const checkQueue = ({ queueReady, installation }: Pick<ApiDeps, 'queueReady' | 'installation'>): Check => ({
  name: 'queue',
  advice:
    'See whether the queue runs, and whether REDIS_URL (or REDIS_SENTINELS, REDIS_CLUSTER) is right. Until then deliveries wait in PostgreSQL, and none is lost.',
  async run() {
    const startedAt = performance.now();
    await queueReady();
    const where = installation === undefined ? '' : ` in ${installation.queue}`;
    return fine(`The queue${where} answers in ${(performance.now() - startedAt).toFixed(1)} ms.`);
  },
});

export const checkScheduler = (database: Database): Check => ({
  name: 'scheduler',
  advice: DATABASE_FIRST,
  async run() {
    const { leaseSeconds, overdueSeconds } = await readLiveness(database);
    if (overdueSeconds !== null && overdueSeconds > LEFT_SECONDS) {
      return failure(
        `No scheduler has looked at a delivery for ${inWords(overdueSeconds)} that was due for it.`,
        START_SCHEDULER,
      );
    }
    return leaseSeconds === null || leaseSeconds <= 0
      ? warning('No scheduler keeps house; one that has just started may do so within ten minutes.', START_SCHEDULER)
      : fine('A scheduler is at work.');
  },
});

export const checkWorkers = (database: Database): Check => ({
  name: 'workers',
  advice: DATABASE_FIRST,
  async run() {
    const { workers, goneSeconds } = await readLiveness(database);
    if (workers > 0) return fine(`${workers} worker(s) are alive.`);
    const last = goneSeconds === null ? 'and none is remembered' : `the last one was seen ${inWords(goneSeconds)} ago`;
    return failure(`No worker is alive; ${last}.`, START_WORKERS);
  },
});

export const checkDeliveries = (database: Database): Check => ({
  name: 'deliveries',
  advice: DATABASE_FIRST,
  async run() {
    const { first } = (await measureBacklog(database)).oldestDueSeconds;
    if (first <= SLOW_SECONDS) return fine('No first attempt has been due for long.');
    const seen = `The oldest first attempt has been due for ${inWords(first)}.`;
    const advice = 'Start more workers, or look at what holds them up: docs/runbook.md, "The queue grows".';
    return first > STUCK_SECONDS ? failure(seen, advice) : warning(seen, advice);
  },
});
