import { describe, expect, test } from '@jest/globals';
import { explainMatch, type MatchInput } from './explain-match.ts';

const ACCEPTED = Date.parse('2026-01-31T08:30:00Z');
const HOUR_MS = 3_600_000;

const webhook = (events: string[], times: { registeredMs?: number; updatedMs?: number } = {}) => ({
  events,
  registeredMs: ACCEPTED - HOUR_MS,
  updatedMs: ACCEPTED - HOUR_MS,
  updatedBy: 'Operations',
  ...times,
});

const explain = (input: Partial<MatchInput>) =>
  explainMatch({ eventType: 'sale.sold', acceptedMs: ACCEPTED, webhook: null, delivery: null, ...input });

describe('an event that reached a webhook', () => {
  test.each([
    ['pending', 'sale.* matches; its delivery is on its way.'],
    ['succeeded', 'sale.* matches; it was delivered.'],
    ['failed', 'sale.* matches; its delivery failed, and its attempts are used up.'],
    ['held', 'sale.* matches; its delivery is held, because the webhook was not Active.'],
    ['discarded', 'sale.* matches; its delivery was discarded.'],
  ] as const)('%s: names the pattern and what became of it', (delivery, message) => {
    expect(explain({ webhook: webhook(['contact.*', 'sale.*']), delivery })).toEqual({
      matched: true,
      reason: 'matched',
      message,
    });
  });

  test('is explained when the patterns are others now, and when the webhook is gone', () => {
    expect(explain({ webhook: webhook(['contact.*']), delivery: 'succeeded' })).toEqual({
      matched: true,
      reason: 'matched_before_change',
      message:
        'It matched then, and it was delivered; its patterns, which were changed since, do not match sale.sold now.',
    });
    expect(explain({ delivery: 'discarded' })).toEqual({
      matched: true,
      reason: 'webhook_deleted',
      message: 'The webhook was deleted since; its delivery was discarded.',
    });
  });
});

describe('an event that did not', () => {
  test.each<[string, Partial<MatchInput>, string, string]>([
    [
      'one other pattern',
      { webhook: webhook(['sale.*.*']) },
      'no_pattern_matches',
      'Its pattern sale.*.* does not match sale.sold.',
    ],
    [
      'many other patterns',
      { webhook: webhook(Array.from({ length: 12 }, (_, nth) => `other.${nth}`)) },
      'no_pattern_matches',
      `None of its patterns matches sale.sold: ${Array.from({ length: 10 }, (_, nth) => `other.${nth}`).join(', ')} and 2 more.`,
    ],
    ['no patterns', { webhook: webhook([]) }, 'no_pattern_matches', 'It subscribes to no events.'],
    [
      'a webhook that came later',
      { webhook: webhook(['*'], { registeredMs: ACCEPTED + 1, updatedMs: ACCEPTED + HOUR_MS }) },
      'created_later',
      '* matches, but the webhook was not there when the event was accepted (2026-01-31T08:30:00.000Z): it was made 2026-01-31T08:30:00.001Z.',
    ],
    [
      'a webhook that was changed later',
      { webhook: webhook(['sale.sold', '*.sold'], { updatedMs: ACCEPTED + HOUR_MS }) },
      'pattern_changed',
      'sale.sold, *.sold matches now, and did not when the event was accepted (2026-01-31T08:30:00.000Z): the webhook was changed since, last 2026-01-31T09:30:00.000Z by Operations.',
    ],
    [
      'an event about a webhook, and a pattern',
      { eventType: 'webhook7.errors', webhook: webhook(['*', 'webhook7.*']) },
      'state_event',
      'Events about the state of a webhook reach those alone that list exactly webhook7.errors; patterns do not match them.',
    ],
    [
      'a webhook that has been as it is',
      { webhook: webhook(['*']) },
      'delivery_gone',
      '* matches, and the webhook was not changed since: its delivery is not kept any more.',
    ],
  ])('%s', (_what, input, reason, message) => {
    expect(explain(input)).toEqual({ matched: false, reason, message });
  });

  test('an event about a webhook that lists its very type is judged as any other', () => {
    const input = { eventType: 'webhook7.errors', webhook: webhook(['webhook7.errors']) };
    expect(explain(input).reason).toBe('delivery_gone');
  });
});
