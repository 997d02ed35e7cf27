import { expect, test } from '@jest/globals';
import { addCounted, viewCounted, viewPoints } from './view-stats.ts';

const at = (text: string): number => Date.parse(text);
const counted = (values: object) => ({ accepted: 0, succeeded: 0, failed: 0, retried: 0, latency: [], ...values });

test('a step in which nothing was counted is a point all the same', () => {
  const range = { sinceMs: at('2026-01-31T08:00:00Z'), untilMs: at('2026-01-31T08:03:00Z'), stepSeconds: 60 };
  const step = { atMs: at('2026-01-31T08:01:00Z'), ...counted({ succeeded: 2, latency: [2, 0] }) };
  expect(viewPoints(range, [step])).toEqual([
    { at: '2026-01-31T08:00:00.000Z', accepted: 0, succeeded: 0, failed: 0, retried: 0, latencyMs: null },
    {
      at: '2026-01-31T08:01:00.000Z',
      accepted: 0,
      succeeded: 2,
      failed: 0,
      retried: 0,
      latencyMs: { p50: 3, p95: 5, p99: 5 },
    },
    { at: '2026-01-31T08:02:00.000Z', accepted: 0, succeeded: 0, failed: 0, retried: 0, latencyMs: null },
  ]);
});

test('percentiles of a total are those of all attempts together, not of the steps', () => {
  const total = addCounted([
    counted({ accepted: 3, succeeded: 99, failed: 1, latency: [99] }),
    counted({ succeeded: 1, retried: 1, latency: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] }),
  ]);
  expect(viewCounted(total)).toEqual({
    accepted: 3,
    succeeded: 100,
    failed: 1,
    retried: 1,
    latencyMs: { p50: 3, p95: 5, p99: 5 },
  });
});
