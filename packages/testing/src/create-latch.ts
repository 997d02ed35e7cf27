/** A list that tests can await: resolves as soon as it has grown to a size. */
export interface Latch<T> {
  readonly items: readonly T[];
  push(item: T): void;
  /** @throws Error with what arrived instead, when the items do not come in time. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly T[]>;
}

export const createLatch = <T>(what: string): Latch<T> => {
  const items: T[] = [];
  const waiters = new Set<{ count: number; resolve(): void }>();
  return {
    items,
    push(item) {
      items.push(item);
      for (const waiter of waiters) {
        if (items.length < waiter.count) continue;
        waiters.delete(waiter);
        waiter.resolve();
      }
    },
    waitFor(count, timeoutMs = 20_000) {
      if (items.length >= count) return Promise.resolve(items);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(new Error(`Awaited ${count} ${what}, got ${items.length} within ${timeoutMs} ms`));
        }, timeoutMs);
        const waiter = {
          count,
          resolve() {
            clearTimeout(timer);
            resolve(items);
          },
        };
        waiters.add(waiter);
      });
    },
  };
};
