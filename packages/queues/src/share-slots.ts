/** The slots of a lane, shared by the shards that a worker consumes. */
export interface SharedSlots {
  /** A place for one shard. */
  join(): Seat;
}

export interface Seat {
  /** Takes a slot if one is free. */
  tryTake(): boolean;
  /** Waits for a slot, in line with other shards; false when `leave` was called meanwhile. One wait at a time. */
  take(): Promise<boolean>;
  /**
   * Waits for one slot more, for a job that has one and needs several; false when `leave` was called meanwhile. A job that was
   * begun comes before those that were not. Any number of waits.
   */
  takeMore(): Promise<boolean>;
  /** Gives a slot back. */
  release(): void;
  /** Whether a job that ends may be followed by the next of its shard, or its slot is owed to another one. */
  mayKeep(): boolean;
  /** Ends a wait; nothing is taken any more. */
  leave(): void;
}

interface Sitter {
  held: number;
  grant: ((granted: boolean) => void) | null;
}

/**
 * Shares a number of slots fairly: whoever asks gets a free one; when there is none, the next one goes to the shard that has
 * the fewest. A shard that has none waits for one job to end at most, and shards that are all busy come to equal parts. One
 * that is alone has all of them.
 */
export const createSharedSlots = (total: number): SharedSlots => {
  let free = total;
  // In the order in which they began to wait.
  const line = new Set<Sitter>();
  /** Those that wait for one slot more. */
  const begun: { sitter: Sitter; grant(granted: boolean): void }[] = [];

  const passOn = (): void => {
    const first = begun.shift();
    if (first !== undefined) {
      first.sitter.held += 1;
      first.grant(true);
      return;
    }
    let next: Sitter | undefined;
    for (const sitter of line) if (next === undefined || sitter.held < next.held) next = sitter;
    if (next === undefined) {
      free += 1;
      return;
    }
    line.delete(next);
    next.held += 1;
    next.grant?.(true);
  };

  return {
    join() {
      const own: Sitter = { held: 0, grant: null };
      let left = false;
      const tryTake = (): boolean => {
        if (free === 0 || left) return false;
        free -= 1;
        own.held += 1;
        return true;
      };
      return {
        tryTake,
        take() {
          if (left) return Promise.resolve(false);
          if (tryTake()) return Promise.resolve(true);
          return new Promise((resolve) => {
            own.grant = resolve;
            line.add(own);
          });
        },
        takeMore() {
          if (left) return Promise.resolve(false);
          if (tryTake()) return Promise.resolve(true);
          return new Promise((grant) => {
            begun.push({ sitter: own, grant });
          });
        },
        release() {
          own.held -= 1;
          passOn();
        },
        mayKeep() {
          if (begun.length > 0) return false;
          for (const other of line) {
            if (other !== own && (other.held === 0 || other.held < own.held - 1)) return false;
          }
          return true;
        },
        leave() {
          left = true;
          if (line.delete(own)) own.grant?.(false);
          for (const waiting of begun.filter(({ sitter }) => sitter === own)) {
            begun.splice(begun.indexOf(waiting), 1);
            waiting.grant(false);
          }
        },
      };
    },
  };
};
