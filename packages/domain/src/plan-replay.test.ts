import { describe, expect, test } from '@jest/globals';
import { planReplay, type ReplayPlanInput } from './plan-replay.ts';

const base: ReplayPlanInput = {
  maxInFlight: 100,
  perSecond: 1000,
  running: 1,
  inFlight: 0,
  sinceTakenMs: null,
  policy: {},
};
const plan = (values: Partial<ReplayPlanInput>) => planReplay({ ...base, ...values });

describe('how many deliveries a replay may send on', () => {
  test.each<[string, Partial<ReplayPlanInput>, number]>([
    ['at first: as many as may be under way', {}, 100],
    ['as many as there is room for', { inFlight: 70 }, 30],
    ['none while there is no room', { inFlight: 100 }, 0],
    ['none while more than that are under way, as after a change of the setting', { inFlight: 130 }, 0],
    ['its share of the room', { running: 3 }, 33],
    ['one at least, however many replays there are', { running: 500, perSecond: 100_000 }, 1],
    ['what has come due since it took some last', { sinceTakenMs: 50 }, 50],
    ['nothing before one has come due', { perSecond: 10, sinceTakenMs: 99 }, 0],
    ['one when one has', { perSecond: 10, sinceTakenMs: 100 }, 1],
    ['no more than those of a second, however long ago that was', { perSecond: 20, sinceTakenMs: 3_600_000 }, 20],
    ['one when less than one a second may leave', { perSecond: 0.1, sinceTakenMs: 10_000 }, 1],
    ['none before that', { perSecond: 0.1, sinceTakenMs: 9999 }, 0],
    ['its share of the rate', { perSecond: 40, running: 2, sinceTakenMs: 1000 }, 20],
    ['half a second of what the webhook allows', { policy: { rateLimit: { perSecond: 10 } } }, 5],
    ['one when the webhook allows one a second', { policy: { rateLimit: { perSecond: 1 } } }, 1],
    ['half of the slots of the webhook', { policy: { maxInFlight: 9 } }, 4],
    ['the only slot, when there is one', { policy: { maxInFlight: 1 } }, 1],
    ['nothing while that is taken', { policy: { maxInFlight: 1 }, inFlight: 1 }, 0],
  ])('%s', (_name, values, expected) => {
    expect(plan(values)).toBe(expected);
  });
});
