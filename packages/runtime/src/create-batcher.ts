/** Joins concurrent calls into one. Callers await the result of their own item. */
export interface Batcher<T, R> {
  /** Resolves when the batch that holds the item is done; rejects with `BatcherFullError` when too many items wait. */
  add(item: T): Promise<R>;
  /**
   * Takes all of the items or, with `BatcherFullError`, none; resolves when each of them is done. More items than may wait
   * at all are taken when nothing else waits.
   */
  addAll(items: readonly T[]): Promise<PromiseSettledResult<R>[]>;
  /** As `addAll`, but waits for room where there is none. Who waits longest comes first. */
  addWhenRoom(items: readonly T[]): Promise<PromiseSettledResult<R>[]>;
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

/** Entries that settle together: one promise for many items. */
const joinEntries = <T, R>(
  items: readonly T[],
): { entries: Entry<T, R>[]; settled: Promise<PromiseSettledResult<R>[]> } => {
  const results: PromiseSettledResult<R>[] = [];
  let open = items.length;
  let done: (results: PromiseSettledResult<R>[]) => void = () => {};
  const settled = new Promise<PromiseSettledResult<R>[]>((resolve) => {
    done = resolve;
  });
  const settle = (index: number, result: PromiseSettledResult<R>): void => {
    results[index] = result;
    open -= 1;
    if (open === 0) done(results);
  };
  const entries = items.map((item, index) => ({
    item,
    resolve: (value: R) => settle(index, { status: 'fulfilled', value }),
    reject: (reason: unknown) => settle(index, { status: 'rejected', reason }),
  }));
  if (open === 0) done(results);
  return { entries, settled };
};

const DEFAULT_MAX_WAIT_MS = 10;

/**
 * Group commit: while a flush runs, what arrives gathers, and leaves together in the next one. Under no load an item goes
 * at once; under load batches grow by themselves. Further flushes start beside the first only for full batches, and for
 * items that have waited: a flush that is held up does not hold up the rest.
 */
export const createBatcher = <T, R>(options: BatcherOptions<T, R>): Batcher<T, R> => {
  const waiting: Entry<T, R>[] = [];
  /** Groups that wait for room. */
  const outside: { count: number; enter(): void }[] = [];
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
      letIn();
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

  const take = (entries: readonly Entry<T, R>[]): void => {
    pending += entries.length;
    for (const entry of entries) waiting.push(entry);
    // Calls of the same turn of the event loop (requests read from several sockets at once) share a flush.
    if (!scheduled && entries.length > 0) {
      scheduled = true;
      setImmediate(start);
    }
  };

  const hasRoom = (count: number): boolean => pending === 0 || pending + count <= options.maxPending;

  const letIn = (): void => {
    while (outside[0] !== undefined && hasRoom(outside[0].count)) outside.shift()?.enter();
  };

  const refuse = (): Promise<never> => Promise.reject(new BatcherFullError(`${pending} items are waiting already`));

  return {
    get pending() {
      return pending;
    },
    add(item) {
      if (!hasRoom(1)) return refuse();
      return new Promise<R>((resolve, reject) => take([{ item, resolve, reject }]));
    },
    addAll(items) {
      if (!hasRoom(items.length)) return refuse();
      const { entries, settled } = joinEntries<T, R>(items);
      take(entries);
      return settled;
    },
    addWhenRoom(items) {
      const { entries, settled } = joinEntries<T, R>(items);
      outside.push({ count: items.length, enter: () => take(entries) });
      letIn();
      return settled;
    },
    drain() {
      return pending === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve));
    },
  };
};
