import type { Registry } from 'prom-client';
import type { Logger } from './create-logger.ts';
import type { ReadinessCheck } from './http/health.ts';
import { showClockSkew } from './metrics/show-clock-skew.ts';
import { startLoop } from './start-loop.ts';

/** Compares the clock of this process with that of PostgreSQL, by which all schedules live. */
export interface ClockWatch {
  /** Whether they agree well enough to work by. A jump is seen at once, between two looks at the database too. */
  isRight(): boolean;
  /** Resolves after the first look; until then, and while PostgreSQL is away, the clock counts as right. */
  ready: Promise<void>;
  check: ReadinessCheck;
  stop(): Promise<void>;
}

export interface ClockWatchOptions {
  /** The time of PostgreSQL, in milliseconds since 1970. */
  readDatabaseTime(): Promise<number>;
  logger: Logger;
  registry: Registry;
  /** Beyond this the clock is wrong; 15 s by default. */
  toleranceMs?: number;
  /** Told when it became wrong, and when it is right again. */
  onChange?(isRight: boolean): void;
}

/**
 * Schedules may be off by so much. Far from the 5 minutes that receivers allow a signature (Standard Webhooks 1.0), and as far
 * from what machines are off that keep their clocks.
 */
export const CLOCK_TOLERANCE_MS = 15_000;

/** A look that took longer says too little. */
const SLOWEST_LOOK_MS = 5000;
const COMPARE_EVERY_MS = 1000;
const LOOK_EVERY_MS = 5000;

/** Starts to watch. */
export const watchClock = (options: ClockWatchOptions): ClockWatch => {
  const { readDatabaseTime, logger, registry, toleranceMs = CLOCK_TOLERANCE_MS, onChange = () => {} } = options;
  /** What the time of PostgreSQL was when the steady clock of this process stood at 0; null before the first look. */
  let origin: number | null = null;
  let lookedAt = -Infinity;
  let right = true;

  const skewMs = (): number => (origin === null ? 0 : Date.now() - (origin + performance.now()));
  const isRight = (): boolean => Math.abs(skewMs()) <= toleranceMs;

  const look = async (): Promise<void> => {
    const startedAt = performance.now();
    const time = await readDatabaseTime();
    const endedAt = performance.now();
    lookedAt = endedAt;
    if (endedAt - startedAt <= SLOWEST_LOOK_MS) origin = time - (startedAt + endedAt) / 2;
  };
  const compare = (): void => {
    if (isRight() === right) return;
    right = !right;
    const line = { skewSeconds: Math.round(skewMs() / 1000) };
    if (right) logger.info(line, 'clock.right_again');
    else logger.error(line, 'clock.skewed');
    onChange(right);
  };

  showClockSkew(registry, () => skewMs() / 1000);
  let lookedOnce = (): void => {};
  const ready = new Promise<void>((resolve) => (lookedOnce = resolve));
  const loop = startLoop({
    intervalMs: COMPARE_EVERY_MS,
    async run() {
      // While PostgreSQL is away others say so, and the steady clock goes on.
      if (performance.now() - lookedAt >= LOOK_EVERY_MS) await look().catch(() => {});
      compare();
      lookedOnce();
      return false;
    },
    onLost: (error) => logger.error({ err: error }, 'clock.watch_failed'),
    onBack: () => {},
  });
  return {
    isRight,
    ready,
    check: () =>
      isRight()
        ? Promise.resolve()
        : Promise.reject(new Error(`the clock is ${Math.round(skewMs() / 1000)} s off that of PostgreSQL`)),
    stop: loop.stop,
  };
};
