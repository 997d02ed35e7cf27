import { expect, test } from '@jest/globals';
import type { StatsPoint } from '../api/types.ts';
import { describeChart, eventfulPoints, LATENCY, THROUGHPUT } from './series.ts';

const point = (values: Partial<StatsPoint>): StatsPoint => ({
  at: '2026-01-31T08:30:00.000Z',
  accepted: 0,
  succeeded: 0,
  failed: 0,
  retried: 0,
  latencyMs: null,
  ...values,
});

const points = [
  point({}),
  point({ accepted: 2, succeeded: 1, failed: 1, latencyMs: { p50: 5, p95: 80, p99: 900 } }),
  point({ accepted: 3 }),
];

test('a chart says in words what it shows', () => {
  expect(describeChart(THROUGHPUT, points)).toBe('Throughput. Accepted: 5, Succeeded: 1, Failed: 1, Retried: 0.');
  expect(describeChart(LATENCY, points)).toBe(
    'Attempt latency. p50: at most 5 ms, p95: at most 80 ms, p99: at most 900 ms.',
  );
  expect(describeChart(LATENCY, [point({})])).toBe('Attempt latency. p50: nothing, p95: nothing, p99: nothing.');
});

test('its table leaves out times in which nothing happened', () => {
  expect(eventfulPoints(THROUGHPUT, points)).toHaveLength(2);
  expect(eventfulPoints(LATENCY, points)).toHaveLength(1);
});
