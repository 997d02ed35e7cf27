/** Joins concurrent calls into one. Callers await the result of their own item. */
export interface Batcher<T, R> {
  /** Resolves when the batch that holds the item is done; rejects with `BatcherFullError` when too many items wait. */
  add(item: T): Promise<R>;
  /** Items that wait or are in a flush. */
  readonly pending: number;
  /** Resolves when nothing is pending. */
  drain(): Promise<void>;
}

export interface BatcherOptions<T, R> {
  /** Most items in one flush. */
  maxSize: number;
  /** Flushes at the same time. While one of them is free an item never waits for company. */
  maxFlushes: number;
  /** Most items that may be pending. */
  maxPending: number;
  /** Does the work of a batch; gives one result an item, in the same order. */
  flush(items: readonly T[]): Promise<readonly R[]>;
  /**
   * Whether an error may be the fault of one item. Such a batch is split in halves and tried again, so that the item that
   * is at fault fails alone. Errors of the whole (a lost connection) fail all of it.
   */
  isItemFault?(error: unknown): boolean;
}

/** More items wait than may: the caller must push back. */
export class BatcherFullError extends Error {
  override name = 'BatcherFullError';
}

interface Entry<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * Group commit: while a flush runs, what arrives gathers, and leaves together in the next one. Under no load an item goes
 * at once; under load batches grow by themselves, so that no timer has to be tuned.
 */
export const createBatcher = <T, R>(options: BatcherOptions<T, R>): Batcher<T, R> => {
  const waiting: Entry<T, R>[] = [];
  let flushing = 0;
  let pending = 0;
  let scheduled = false;
  let idle: (() => void)[] = [];

  const flush = async (entries: readonly Entry<T, R>[]): Promise<void> => {
    const results = await options.flush(entries.map((entry) => entry.item));
    if (results.length !== entries.length) {
      throw new Error(`A flush of ${entries.length} items gave ${results.length} results`);
    }
    entries.forEach((entry, index) => entry.resolve(results[index] as R));
  };

  /** Never rejects: an entry that nobody settles would hold its caller, and its flush, for ever. */
  const settle = async (entries: readonly Entry<T, R>[]): Promise<void> => {
    try {
      await flush(entries);
    } catch (error) {
      if (entries.length > 1 && isItemFault(error)) {
        const half = Math.ceil(entries.length / 2);
        await settle(entries.slice(0, half));
        await settle(entries.slice(half));
        return;
      }
      for (const entry of entries) entry.reject(error);
    }
  };

  const isItemFault = (error: unknown): boolean => {
    try {
      return options.isItemFault?.(error) === true;
    } catch {
      return false;
    }
  };

  const start = (): void => {
    scheduled = false;
    while (waiting.length > 0 && flushing < options.maxFlushes) {
      const entries = waiting.splice(0, options.maxSize);
      flushing += 1;
      void settle(entries).then(() => {
        flushing -= 1;
        pending -= entries.length;
        if (pending === 0) {
          for (const resolve of idle) resolve();
          idle = [];
        }
        start();
      });
    }
  };

  return {
    get pending() {
      return pending;
    },
    add(item) {
      if (pending >= options.maxPending) {
        return Promise.reject(new BatcherFullError(`${pending} items are waiting already`));
      }
      return new Promise<R>((resolve, reject) => {
        pending += 1;
        waiting.push({ item, resolve, reject });
        // Calls of the same turn of the event loop (requests read from several sockets at once) share a flush.
        if (!scheduled && flushing < options.maxFlushes) {
          scheduled = true;
          setImmediate(start);
        }
      });
    },
    drain() {
      return pending === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve));
    },
  };
};
