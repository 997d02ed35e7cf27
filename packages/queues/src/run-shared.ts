import type { Seat } from './share-slots.ts';

/** What became of the parts of a shared job. */
export interface SharedResult<T> {
  /** Not begun, because the worker stops to take slots. */
  left: T[];
  failures: { part: T; error: unknown }[];
}

/**
 * Runs the parts of a shared job, each in a slot of its own: the first in that of the job, the others in whatever slots they
 * get meanwhile. No more slots are held than parts run. Resolves when all that were begun have ended; the slot of the job is
 * still held then.
 */
export const runShared = <T>(
  parts: readonly T[],
  seat: Pick<Seat, 'takeMore' | 'release'>,
  run: (part: T) => Promise<void>,
): Promise<SharedResult<T>> =>
  new Promise((resolve) => {
    const waiting = [...parts];
    const result: SharedResult<T> = { left: [], failures: [] };
    let slots = 1;
    let busy = 0;
    let isAsking = false;

    const settle = (): void => {
      if (busy === 0 && waiting.length === 0) resolve(result);
    };

    const useSlot = async (): Promise<void> => {
      busy += 1;
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        askForMore();
        try {
          await run(part);
        } catch (error) {
          result.failures.push({ part, error });
        }
      }
      busy -= 1;
      if (slots > 1) {
        slots -= 1;
        seat.release();
      }
      settle();
    };

    const askForMore = (): void => {
      if (isAsking || waiting.length === 0) return;
      isAsking = true;
      void seat.takeMore().then((granted) => {
        isAsking = false;
        if (!granted) {
          result.left.push(...waiting.splice(0));
          settle();
        } else if (waiting.length === 0) {
          seat.release();
        } else {
          slots += 1;
          void useSlot();
        }
      });
    };

    void useSlot();
  });
