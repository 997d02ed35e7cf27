import { describe, expect, test } from '@jest/globals';
import type { WebhookPolicy } from '@posthorn/contracts';
import type { Lane } from '@posthorn/queues';
import { holdJobs } from './hold-jobs.ts';
import { createPacer, type Turn } from './pace-deliveries.ts';
import { makeWebhook } from './testing/make-delivery.ts';

/** Two slots a webhook and lane, whose attempts take 10 ms as far as the pacer knows. */
const setUp = async () => {
  const pacer = createPacer({
    concurrency: { first: 4, retry: 4 },
    webhookShare: 0.5,
    position: () => ({ rank: 0, size: 1 }),
  });
  const turns = holdJobs(pacer);
  const order: string[] = [];
  const take = async (name: string, { lane = 'first' as Lane, policy = {} as WebhookPolicy, id = 1 } = {}) => {
    const turn = await turns.take(makeWebhook({ id, policy }), lane, false);
    order.push(`${name} ${turn.kind}`);
    return turn;
  };
  // The moving average starts at 200 ms: attempts that were shorter bring it down.
  for (let nth = 0; nth < 60; nth += 1) release(await take('past'), 10);
  order.length = 0;
  return { pacer, take, order };
};

const release = (turn: Turn, durationMs = 10): void => {
  if (turn.kind !== 'go') throw new Error('There is nothing to give back.');
  turn.release(durationMs);
};

describe('a job that finds no slot', () => {
  test('of a receiver that is fast gets the next one that is free, in its order', async () => {
    const { take, order } = await setUp();
    const [first, second] = await Promise.all([take('a'), take('b')]);
    const third = take('c');
    const fourth = take('d');
    release(first);
    await third;
    expect(order).toEqual(['a go', 'b go', 'c go']);
    release(second);
    await fourth;
    expect(order).toEqual(['a go', 'b go', 'c go', 'd go']);
  });

  test('is not held behind more than come in a moment: it goes back to the queue', async () => {
    const { take, order } = await setUp();
    await Promise.all([take('a'), take('b')]);
    // Two at a time, a little over 10 ms each: the ninth waits for 45 ms, the tenth would for more than 50.
    const held = Array.from({ length: 9 }, (_, nth) => take(`held ${nth}`));
    expect((await take('late')).kind).toBe('wait');
    expect(order).toEqual(['a go', 'b go', 'late wait']);
    // Nobody gives a slot back: those that were held go back as well.
    expect((await Promise.all(held)).map(({ kind }) => kind)).toEqual(held.map(() => 'wait'));
  });

  test('of a receiver that is slow goes back at once', async () => {
    const { take } = await setUp();
    const turns = await Promise.all([take('a', { id: 2 }), take('b', { id: 2 })]);
    // Nothing is known of webhook 2: 200 ms are assumed, and a slot in 100.
    expect((await take('c', { id: 2 })).kind).toBe('wait');
    for (const turn of turns) release(turn, 10);
  });

  test('does not stand in the way of another webhook', async () => {
    const { take, order } = await setUp();
    const [first] = await Promise.all([take('a'), take('b')]);
    const held = take('c');
    await take('other', { id: 3 });
    expect(order).toEqual(['a go', 'b go', 'other go']);
    release(first);
    await held;
  });

  test('is let in by a slot of the other lane, where both count together', async () => {
    const { take, order } = await setUp();
    const policy = { maxInFlight: 2 };
    const [, retry] = await Promise.all([take('a', { policy }), take('b', { policy, lane: 'retry' })]);
    const held = take('c', { policy });
    release(retry);
    await held;
    expect(order).toEqual(['a go', 'b go', 'c go']);
  });
});
