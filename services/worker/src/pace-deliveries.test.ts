import { describe, expect, test } from '@jest/globals';
import type { WebhookPolicy } from '@posthorn/contracts';
import type { Lane } from '@posthorn/queues';
import { createPacer, type PacerOptions, type Turn } from './pace-deliveries.ts';
import { makeWebhook } from './testing/make-delivery.ts';

/** A pacer on a clock that stands still until the test moves it. */
const setUp = (options: Partial<PacerOptions> = {}) => {
  const clock = { nowMs: 1_000_000 };
  const position = { rank: 0, size: 1 };
  const pacer = createPacer({
    concurrency: { first: 8, retry: 4 },
    webhookShare: 0.5,
    position: () => position,
    nowMs: () => clock.nowMs,
    ...options,
  });
  const take = (id: number, policy: WebhookPolicy = {}, lane: Lane = 'first', reserved = false) =>
    pacer.take(makeWebhook({ id, policy }), lane, reserved);
  return { clock, position, pacer, take };
};

const kinds = (turns: readonly Turn[]) => turns.map((turn) => turn.kind).join(' ');
const many = (count: number, take: () => Turn) => Array.from({ length: count }, take);
const delayOf = (turn: Turn | undefined) => (turn?.kind === 'wait' ? turn.delayMs : Number.NaN);
const release = (turn: Turn | undefined, durationMs = 100) => {
  if (turn?.kind !== 'go') throw new Error('There is nothing to give back.');
  turn.release(durationMs);
};

describe('slots', () => {
  test('of a lane are taken by one webhook up to its share, and the others find theirs', () => {
    const { take, pacer } = setUp();
    expect(kinds(many(5, () => take(1)))).toBe('go go go go wait');
    expect(kinds(many(3, () => take(1, {}, 'retry')))).toBe('go go wait');
    expect(kinds(many(4, () => take(2)))).toBe('go go go go');
    expect([pacer.inFlight('first'), pacer.inFlight('retry')]).toEqual([8, 2]);
  });

  test('are at least one, however small the share', () => {
    const { take } = setUp({ webhookShare: 0.001 });
    expect(kinds(many(2, () => take(1)))).toBe('go wait');
  });

  test('that are given back can be taken again', () => {
    const { take, pacer } = setUp();
    const turns = many(4, () => take(1));
    release(turns[0]);
    expect(pacer.inFlight('first')).toBe(3);
    expect(kinds(many(2, () => take(1)))).toBe('go wait');
  });

  test('under maxInFlight are counted over both lanes', () => {
    const { take } = setUp();
    const policy = { maxInFlight: 3 };
    expect(kinds([take(1, policy), take(1, policy, 'retry'), take(1, policy), take(1, policy, 'retry')])).toBe(
      'go go go wait',
    );
  });

  test('under maxInFlight are split over the fleet, to the last one', () => {
    const { take, position } = setUp({ webhookShare: 1 });
    position.size = 3;
    const granted = [0, 1, 2].map((rank, id) => {
      position.rank = rank;
      return many(8, () => take(id, { maxInFlight: 5 })).filter((turn) => turn.kind === 'go').length;
    });
    expect(granted).toEqual([2, 2, 1]);
  });

  test('are none for a worker beyond the limit: it leaves the work to the others', () => {
    const { take, position } = setUp();
    Object.assign(position, { rank: 2, size: 3 });
    expect(take(1, { maxInFlight: 2 })).toEqual({ kind: 'wait', delayMs: 1000, reserved: false });
  });

  test('that are all taken let those who wait come one after the other, not together', () => {
    const { take } = setUp({ webhookShare: 0.25 });
    many(2, () => take(1));
    // Typically 200 ms an attempt in two slots: one is free every 100 ms.
    expect(many(3, () => take(1)).map(delayOf)).toEqual([100, 200, 300]);
  });

  test('are waited for longer when attempts take longer, up to a bound', () => {
    const { take } = setUp({ webhookShare: 0.25 });
    for (let nth = 0; nth < 60; nth += 1) release(take(1), 60_000);
    many(2, () => take(1));
    expect(delayOf(take(1))).toBeGreaterThan(25_000);
    expect(delayOf(take(1))).toBe(30_000);
  });

  test('are never waited for in a tight loop', () => {
    const { take } = setUp({ webhookShare: 0.25 });
    for (let nth = 0; nth < 100; nth += 1) release(take(1), 0);
    many(2, () => take(1));
    expect(delayOf(take(1))).toBe(20);
  });
});

describe('a rate limit', () => {
  const policy = { rateLimit: { perSecond: 10 } };

  test('lets one go and gives those behind it a moment each, evenly apart', () => {
    const { take } = setUp();
    const turns = many(4, () => take(1, policy));
    expect(turns).toEqual([
      expect.objectContaining({ kind: 'go' }),
      ...[100, 200, 300].map((delayMs) => ({ kind: 'wait', delayMs, reserved: true })),
    ]);
  });

  test('is not asked again by a job that comes at its moment', () => {
    const { take, clock } = setUp();
    many(2, () => take(1, policy));
    clock.nowMs += 100;
    expect(take(1, policy, 'first', true).kind).toBe('go');
    // The moment was that job's: one without a moment waits for the next.
    expect(delayOf(take(1, policy))).toBe(100);
  });

  test('keeps a moment for a job that then found no slot', () => {
    const { take } = setUp({ webhookShare: 0.125 });
    expect(take(1).kind).toBe('go');
    expect(take(1, policy, 'first', true)).toMatchObject({ kind: 'wait', reserved: true });
  });

  test('saves nothing up while nothing is sent', () => {
    const { take, clock } = setUp();
    take(1, policy);
    clock.nowMs += 60_000;
    expect(kinds(many(2, () => take(1, policy)))).toBe('go wait');
  });

  test('is shared by the fleet', () => {
    const { take, position } = setUp();
    position.size = 4;
    expect(many(3, () => take(1, policy)).map(delayOf)).toEqual([Number.NaN, 400, 800]);
  });

  test('sets no moment aside beyond 30 seconds, so that a change of it takes effect soon', () => {
    const { take } = setUp();
    const turns = many(400, () => take(1, policy));
    const reserved = turns.filter((turn) => turn.kind === 'wait' && turn.reserved);
    expect(Math.max(...reserved.map(delayOf))).toBe(30_000);
    const far = turns.filter((turn) => turn.kind === 'wait' && !turn.reserved).map(delayOf);
    expect(far).toHaveLength(400 - 1 - 300);
    // They come again spread over the time that the line takes.
    expect(new Set(far).size).toBe(far.length);
    expect(far[0]).toBeGreaterThanOrEqual(15_000);
    expect(far.at(-1)).toBeLessThanOrEqual(300_000);
  });

  test('of one webhook is not that of another', () => {
    const { take } = setUp();
    many(10, () => take(1, policy));
    expect(take(2, policy).kind).toBe('go');
  });
});

describe('what is known of webhooks', () => {
  test('is forgotten when there are many and they are idle, and kept while they are busy', () => {
    const { take, clock } = setUp({ webhookShare: 0.125 });
    const limited = { rateLimit: { perSecond: 0.05 } };
    const busy = take(1);
    release(take(2, limited));
    for (let id = 100; id < 10_200; id += 1) release(take(id));
    expect(take(1).kind).toBe('wait');
    expect(delayOf(take(2, limited))).toBe(20_000);
    release(busy);
    clock.nowMs += 60_000;
    expect([take(1).kind, take(2, limited).kind]).toEqual(['go', 'go']);
  });
});
