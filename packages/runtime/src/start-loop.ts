/** A task that is done again and again. */
export interface Loop {
  /** Ends the loop after the run in progress. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  intervalMs: number;
  /**
   * Does the work that is there. Runs never overlap. True asks for the next run at once: there is more. A number asks for it
   * after so many milliseconds, when that is sooner than usual.
   */
  run(): Promise<boolean | number>;
  /** The first failure of a row of them; the loop goes on. */
  onLost(error: unknown): void;
  /** The first success after a failure. */
  onBack(): void;
}

/** Starts a loop with its first run at once. */
export const startLoop = ({ intervalMs, run, onLost, onBack }: LoopOptions): Loop => {
  let stopped = false;
  let failing = false;
  let wake: (() => void) | undefined;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const runOnce = async (): Promise<boolean | number> => {
    try {
      const more = await run();
      if (failing) onBack();
      failing = false;
      return more;
    } catch (error) {
      if (!failing) onLost(error);
      failing = true;
      return false;
    }
  };

  const ended = (async () => {
    while (!stopped) {
      const more = await runOnce();
      const pauseMs = typeof more === 'number' ? Math.min(more, intervalMs) : intervalMs;
      if (more !== true && !stopped) await pause(pauseMs);
    }
  })();

  return {
    stop() {
      stopped = true;
      wake?.();
      return ended;
    },
  };
};
