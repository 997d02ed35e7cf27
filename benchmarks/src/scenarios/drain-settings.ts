/** One worker's slots, for Posthorn and baselines alike: the default of `WORKER_CONCURRENCY`. */
export const CONCURRENCY = 200;

/** Connections to one receiver: what Posthorn's sender opens at most to one origin. */
export const CONNECTIONS = 64;

/** What a baseline's program is told. */
export interface BaselineSettings {
  redisUrl: string;
  databaseUrl: string;
  concurrency: number;
  connections: number;
}

/** Name of the baselines' queue. */
export const BASELINE_QUEUE = 'baseline';
