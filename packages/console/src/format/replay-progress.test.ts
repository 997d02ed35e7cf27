import { expect, test } from '@jest/globals';
import type { ReplayView } from '../api/types.ts';
import { describeProgress, replayPercent } from './replay-progress.ts';

const replay = (values: Partial<ReplayView>): ReplayView => ({
  id: 'rpl_1',
  webhookId: 7,
  state: 'running',
  stateReason: null,
  filter: { since: null, until: '2026-01-31T08:30:00.000Z', status: ['held'], eventType: null },
  total: 40,
  done: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  created: '2026-01-31T08:30:00.000Z',
  createdBy: null,
  finished: null,
  ...values,
});

test('a bar is as long as the share that is over, of unknown length before it is counted, and full at the end', () => {
  expect(replayPercent(replay({ total: null }))).toBeNull();
  expect(replayPercent(replay({ done: 10 }))).toBe(25);
  expect(replayPercent(replay({ total: 0 }))).toBe(100);
  expect(replayPercent(replay({ done: 41 }))).toBe(100);
  expect(replayPercent(replay({ done: 10, finished: '2026-01-31T08:31:00.000Z' }))).toBe(100);
});

test('progress in words names what failed or was left out, where anything was', () => {
  expect(describeProgress(replay({ done: 10, succeeded: 10 }))).toBe('10 of 40: 10 delivered');
  expect(describeProgress(replay({ total: null, done: 3, succeeded: 1, failed: 1, skipped: 1 }))).toBe(
    '3 so far: 1 delivered, 1 failed, 1 skipped',
  );
});
