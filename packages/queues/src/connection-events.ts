/** Told when the queue is lost (once, with the reason) and when it is back, and of servers that may drop jobs. */
export interface ConnectionEvents {
  onLost(error: Error): void;
  onBack(): void;
  /** A server has another `maxmemory-policy` than noeviction: when its memory is full it drops jobs. */
  onEvicting(node: string, policy: string): void;
}

const REPEAT_AFTER_MS = 30_000;

/** Passes on the first error of an outage and the end of it: one outage is two lines in a log, not thousands. */
export const reportOnce = (events: ConnectionEvents): ConnectionEvents => {
  let lostAt: number | null = null;
  return {
    onLost(error) {
      const now = performance.now();
      if (lostAt !== null && now - lostAt < REPEAT_AFTER_MS) return;
      lostAt = now;
      events.onLost(error);
    },
    onBack() {
      if (lostAt !== null) events.onBack();
      lostAt = null;
    },
    onEvicting: (node, policy) => events.onEvicting(node, policy),
  };
};
