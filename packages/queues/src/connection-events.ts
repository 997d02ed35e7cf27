/** Told when the queue is lost (once, with the reason) and when it is back, and of servers that may drop jobs. */
export interface ConnectionEvents {
  onLost(error: Error): void;
  onBack(): void;
  /** A server has another `maxmemory-policy` than noeviction: when its memory is full it drops jobs. */
  onEvicting(node: string, policy: string): void;
}

/** What a backend tells by itself: each error, as it comes. */
export type BackendEvents = Omit<ConnectionEvents, 'onBack'>;
