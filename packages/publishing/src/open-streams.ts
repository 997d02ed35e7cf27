import type { Acceptor, AcceptorOptions } from './accept-event.ts';
import type { Enqueuer } from './enqueue-deliveries.ts';
import type { EventToPublish, PublishOutcome } from './events-to-publish.ts';

/** The events of one publisher that come without end, in groups. */
export interface EventStream {
  /** Most events of a group. */
  readonly maxEvents: number;
  /**
   * Resolves once the events of a group are committed or have failed, with an outcome for each, in order. Waits as long as
   * it takes for room, and for earlier groups that hold one of its idempotency keys. Never rejects.
   */
  publish(events: readonly EventToPublish[]): Promise<PublishOutcome[]>;
}

/** Batches of streams that may wait for their commit or be in it: enough for the next one to be ready when one is done. */
const BATCHES_AHEAD = 4;

/** Hands out a number of places, first come, first served. */
const createTurns = (places: number) => {
  let free = places;
  const queue: { count: number; enter(): void }[] = [];
  const letIn = (): void => {
    while (queue[0] !== undefined && queue[0].count <= free) {
      const next = queue.shift();
      free -= next?.count ?? 0;
      next?.enter();
    }
  };
  return {
    take: (count: number): Promise<void> =>
      new Promise((enter) => {
        queue.push({ count, enter });
        letIn();
      }),
    give(count: number): void {
      free += count;
      letIn();
    },
  };
};

/** Which keys are with groups that are not done yet. */
const createKeyCount = () => {
  const counts = new Map<string, number>();
  return {
    has: (key: string): boolean => counts.has(key),
    add(keys: readonly string[]): void {
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    remove(keys: readonly string[]): void {
      for (const key of keys) {
        const left = (counts.get(key) ?? 1) - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      }
    },
  };
};

const keysOf = (events: readonly EventToPublish[]): string[] =>
  events.flatMap(({ head }) => (head.idempotencyKey === undefined ? [] : [head.idempotencyKey]));

/**
 * Streams share a part of the places in which events wait for their commit. They slow down where single events are refused,
 * and however many streams there are, single events find room and wait behind a few batches of theirs at most.
 */
export const createStreamOpener = ({
  acceptor,
  enqueuer,
  options,
}: {
  acceptor: Pick<Acceptor, 'acceptAll'>;
  enqueuer: Pick<Enqueuer, 'whenRoom'>;
  options: Pick<AcceptorOptions, 'batchSize' | 'maxWaiting'>;
}) => {
  const places = Math.max(1, Math.min(BATCHES_AHEAD * options.batchSize, Math.floor(options.maxWaiting / 2)));
  const turns = createTurns(places);

  return (accountId: number): EventStream => {
    const keysAhead = createKeyCount();
    const running = new Set<Promise<PublishOutcome[]>>();

    const store = async (events: readonly EventToPublish[], earlier: readonly Promise<unknown>[]) => {
      await Promise.all(earlier);
      await enqueuer.whenRoom();
      await turns.take(events.length);
      try {
        return await acceptor.acceptAll(accountId, events, { whenFull: 'wait' });
      } catch (error) {
        return events.map(() => ({ error }));
      } finally {
        turns.give(events.length);
      }
    };

    return {
      maxEvents: Math.min(options.batchSize, places),
      async publish(events) {
        const keys = keysOf(events);
        const group = store(events, keys.some(keysAhead.has) ? [...running] : []);
        keysAhead.add(keys);
        running.add(group);
        const outcomes = await group;
        running.delete(group);
        keysAhead.remove(keys);
        return outcomes;
      },
    };
  };
};
