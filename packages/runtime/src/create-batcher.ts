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
  /** Flushes at the same time, at most. */
  maxFlushes: number;
  /** While another flush runs, an item waits for it this long; then it takes a flush of its own if one is free. Default 10. */
  maxWaitMs?: number;
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

const DEFAULT_MAX_WAIT_MS = 10;

/**
 * Group commit: while a flush runs, what arrives gathers, and leaves together in the next one. Under no load an item goes
 * at once; under load batches grow by themselves. Further flushes start beside the first only for full batches, and for
 * items that have waited: a flush that is held up does not hold up the rest.
 */
export const createBatcher = <T, R>(options: BatcherOptions<T, R>): Batcher<T, R> => {
  const waiting: Entry<T, R>[] = [];
  let flushing = 0;
  let pending = 0;
  let scheduled = false;
  let overdue: NodeJS.Timeout | undefined;
  let idle: (() => void)[] = [];
  const maxWaitMs = options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS;

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

  const flushNext = (): void => {
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
    while (
      waiting.length > 0 &&
      (flushing === 0 || (waiting.length >= options.maxSize && flushing < options.maxFlushes))
    ) {
      flushNext();
    }
    watchWaiting();
  };

  /** Sees to it that what is left behind a running flush does not wait for it without end. */
  const watchWaiting = (): void => {
    if (waiting.length === 0 || overdue !== undefined || flushing >= options.maxFlushes) return;
    overdue = setTimeout(() => {
      overdue = undefined;
      if (waiting.length > 0 && flushing < options.maxFlushes) flushNext();
      watchWaiting();
    }, maxWaitMs);
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
        if (!scheduled) {
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
