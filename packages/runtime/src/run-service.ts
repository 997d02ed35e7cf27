import { StartError } from '@posthorn/contracts';
import type { Logger } from './create-logger.ts';
import { limitHeap } from './limit-heap.ts';

/** What a started service gives back. */
export interface RunningService {
  /** Ends it in order: takes no new work, finishes what is in flight, closes connections. */
  stop(): Promise<void>;
}

export interface RunOptions {
  logger: Logger;
  graceSeconds: number;
  start(): Promise<RunningService>;
  /** Told why the environment does not allow a start, beside the log: for whoever started it by hand. */
  tell?(reason: string): void;
}

/**
 * Ctrl-C reaches a program under npm twice, from the terminal and passed on by npm: the same signal again so soon is the
 * same one.
 */
const SAME_SIGNAL_MS = 1000;

/** SIGHUP: the terminal was closed. Its default would end us at once, and leave behind a server that we have started. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const LAST_LINES_MS = 1000;

/**
 * Runs a service until SIGTERM, SIGINT or SIGHUP, then stops it within the grace time. A second signal ends it at once. Exit
 * status: 0 after a clean stop, 1 when it could not start, stop in time, or met an error that nothing handled.
 */
export const runService = async ({ logger, graceSeconds, start, tell }: RunOptions): Promise<void> => {
  limitHeap();
  let starting: Promise<RunningService> | undefined;
  let stopping = false;
  let last: { signal: string; atMs: number } | undefined;

  let exiting = false;
  /** Ends the process once its last lines are out: they say why. A reader that does not read holds it for a second. */
  const exit = (status: number): void => {
    if (exiting) return;
    exiting = true;
    setTimeout(() => process.exit(status), LAST_LINES_MS);
    logger.flush(() => process.exit(status));
  };

  const stop = async (reason: string, status: number): Promise<void> => {
    if (stopping) {
      logger.warn({ reason }, 'service.stopped_at_once');
      exit(1);
      return;
    }
    stopping = true;
    const startedAt = performance.now();
    const timer = setTimeout(() => {
      logger.error({ graceSeconds }, 'service.stop_took_too_long');
      exit(1);
    }, graceSeconds * 1000);
    try {
      // Half a start would leave behind what it has opened, such as a server with a process of its own.
      const service = await starting;
      await service?.stop();
      clearTimeout(timer);
      logger.info({ reason, durationMs: Math.round(performance.now() - startedAt) }, 'service.stopped');
      exit(status);
    } catch (error) {
      logger.error({ err: error }, 'service.stop_failed');
      exit(1);
    }
  };

  const onSignal = (signal: string): void => {
    const atMs = performance.now();
    if (last?.signal === signal && atMs - last.atMs < SAME_SIGNAL_MS) return;
    last = { signal, atMs };
    void stop(signal, 0);
  };

  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'service.crashed');
    void stop('uncaughtException', 1);
  });
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'service.crashed');
    void stop('unhandledRejection', 1);
  });

  try {
    starting = start();
    await starting;
  } catch (error) {
    if (error instanceof StartError) {
      logger.fatal({ reason: error.message }, 'service.start_failed');
      logger.debug({ err: error }, 'service.start_failed');
      tell?.(error.message);
    } else {
      logger.fatal({ err: error }, 'service.start_failed');
    }
    exit(1);
  }
};
