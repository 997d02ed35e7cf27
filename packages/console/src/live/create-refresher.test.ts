import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { createRefresher, type Refresher } from './create-refresher.ts';

const ACCOUNT = 7;
const TICK_MS = 2000;

const skipped = { type: 'skipped', data: { attempts: 1 } } as const;

/** A page that shows one kind of thing, and answers that come when they are told to. */
const show = (queries: QueryClient, queryKey: readonly unknown[]) => {
  const reads: { signal: AbortSignal; answer: (value: string) => void }[] = [];
  const observer = new QueryObserver(queries, {
    queryKey,
    queryFn: ({ signal }) => new Promise<string>((answer) => reads.push({ signal, answer })),
  });
  let shown: string | undefined;
  const close = observer.subscribe(({ data }) => {
    shown = data;
  });
  return {
    reads,
    close,
    shown: () => shown,
    async answer(value: string) {
      reads.at(-1)?.answer(value);
      await jest.advanceTimersByTimeAsync(1);
    },
  };
};

let queries: QueryClient;
let refresher: Refresher;
beforeEach(() => {
  jest.useFakeTimers();
  queries = new QueryClient();
  refresher = createRefresher(queries, ACCOUNT);
});
afterEach(() => {
  refresher.stop();
  queries.clear();
  jest.useRealTimers();
});

test('reads again what an item makes old, once for all that come together, and nothing else', async () => {
  const stats = show(queries, [ACCOUNT, 'stats', 'overview']);
  const tokens = show(queries, [ACCOUNT, 'tokens']);
  const foreign = show(queries, [8, 'stats', 'overview']);
  for (const page of [stats, tokens, foreign]) await page.answer('first');
  refresher.note(skipped);
  refresher.note(skipped);
  await jest.advanceTimersByTimeAsync(TICK_MS);
  expect([stats, tokens, foreign].map(({ reads }) => reads.length)).toEqual([2, 1, 1]);
  await stats.answer('second');
  expect(stats.shown()).toBe('second');
  await jest.advanceTimersByTimeAsync(10 * TICK_MS);
  expect(stats.reads).toHaveLength(2);
  for (const { close } of [stats, tokens, foreign]) close();
});

test('lets a read that takes long come to its end, and reads again after it what became old meanwhile', async () => {
  const page = show(queries, [ACCOUNT, 'stats', 'overview']);
  await page.answer('first');
  for (let tick = 0; tick < 5; tick += 1) {
    refresher.note(skipped);
    await jest.advanceTimersByTimeAsync(TICK_MS);
  }
  expect(page.reads.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  await page.answer('second');
  expect(page.shown()).toBe('second');
  await jest.advanceTimersByTimeAsync(TICK_MS);
  expect(page.reads).toHaveLength(3);
  await page.answer('third');
  await jest.advanceTimersByTimeAsync(10 * TICK_MS);
  expect(page.reads).toHaveLength(3);
  page.close();
});

test('reads everything again that the stream tells of when a connection begins', async () => {
  const pages = ['webhooks', 'notices', 'replays', 'delivery'].map((kind) => show(queries, [ACCOUNT, kind, 1]));
  for (const page of pages) await page.answer('first');
  refresher.noteGap();
  await jest.advanceTimersByTimeAsync(TICK_MS);
  expect(pages.map(({ reads }) => reads.length)).toEqual([2, 2, 2, 2]);
  for (const { close } of pages) close();
});
