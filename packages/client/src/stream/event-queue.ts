import { type PublishEventInput, type PublishResult, withKey } from '../publish-results.ts';

/** An event between the caller's iterable and the caller's result. */
export interface QueuedEvent {
  /** JSON. */
  text: string;
  repeatable: boolean;
  /** Null until it is known what became of it. */
  result: PublishResult | null;
}

export interface EventQueue {
  /** Those whose results the caller does not have yet, oldest first. */
  readonly events: readonly QueuedEvent[];
  /** How many the caller has the results of. */
  readonly handedOn: number;
  /** Whether there will be no more. */
  readonly isClosed: boolean;
  /** What the iterable threw. */
  readonly fault: { error: unknown } | null;
  /** Resolves when an event has come, or there will be no more, or `wake` is called. */
  whenChanged(): Promise<void>;
  wake(): void;
  /** Takes the results from the front that are known. */
  takeResults(): PublishResult[];
  close(): Promise<void>;
}

/** Events that are kept for sending them again: all that the caller has no result of. */
const MAX_EVENTS = 1000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Reads the iterable as far ahead as the queue is long, and no further. */
export const createEventQueue = (
  source: Iterable<PublishEventInput> | AsyncIterable<PublishEventInput>,
): EventQueue => {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const events: QueuedEvent[] = [];
  let characters = 0;
  let handedOn = 0;
  let isClosed = false;
  let filling = false;
  let fault: { error: unknown } | null = null;
  let waiters: (() => void)[] = [];

  const wake = (): void => {
    for (const resolve of waiters) resolve();
    waiters = [];
  };

  const fill = async (): Promise<void> => {
    if (filling) return;
    filling = true;
    try {
      while (!isClosed && events.length < MAX_EVENTS && characters < MAX_CHARACTERS) {
        const next = await iterator.next();
        if (next.done === true) {
          isClosed = true;
        } else if (!isClosed) {
          const { body, repeatable } = withKey(next.value);
          const text = JSON.stringify(body);
          events.push({ text, repeatable, result: null });
          characters += text.length;
        }
        wake();
      }
    } catch (error) {
      fault = { error };
      isClosed = true;
      wake();
    } finally {
      filling = false;
    }
  };

  void fill();
  return {
    events,
    get handedOn() {
      return handedOn;
    },
    get isClosed() {
      return isClosed;
    },
    get fault() {
      return fault;
    },
    whenChanged: () => new Promise((resolve) => waiters.push(resolve)),
    wake,
    takeResults() {
      const results: PublishResult[] = [];
      for (let first = events[0]; first !== undefined && first.result !== null; first = events[0]) {
        results.push(first.result);
        characters -= first.text.length;
        handedOn += 1;
        events.shift();
      }
      if (results.length > 0) void fill();
      return results;
    },
    async close() {
      const wasClosed = isClosed;
      isClosed = true;
      wake();
      // An iterable that is waited for cannot be told before it has given what it was asked for.
      if (!wasClosed && !filling) await iterator.return?.();
    },
  };
};
