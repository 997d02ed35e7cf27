import { afterEach, expect, test } from '@jest/globals';
import { createLatch, waitUntil } from '@posthorn/testing';
import { Registry } from 'prom-client';
import { captureLogs } from './testing/capture-logs.ts';
import { type ClockWatch, watchClock } from './watch-clock.ts';

const HOUR_MS = 3_600_000;
let watch: ClockWatch | undefined;

afterEach(() => watch?.stop());

/** A database whose clock is that of this process and so many milliseconds more. */
const watching = async (ahead: { ms: number }) => {
  const { logger, lines } = captureLogs();
  const registry = new Registry();
  const changes = createLatch<boolean>('changes');
  const readDatabaseTime = () => Promise.resolve(Date.now() + ahead.ms);
  watch = watchClock({ readDatabaseTime, logger, registry, onChange: changes.push });
  await watch.ready;
  const skew = async () => Number(/^posthorn_clock_skew_seconds (\S+)$/m.exec(await registry.metrics())?.[1]);
  return { watch, lines, changes, skew };
};

test('a clock that agrees with the database is right, and nothing is said', async () => {
  const { watch: own, lines, skew } = await watching({ ms: 3000 });
  expect(own.isRight()).toBe(true);
  await expect(own.check()).resolves.toBeUndefined();
  expect(await skew()).toBeCloseTo(-3, 0);
  expect(lines.items).toEqual([]);
});

test.each([
  ['an hour behind', HOUR_MS, -3600],
  ['an hour ahead', -HOUR_MS, 3600],
])('a clock that is %s is wrong from the start: readiness, metric and log say by how much', async (_, ms, seconds) => {
  const ahead = { ms };
  const { watch: own, lines, changes, skew } = await watching(ahead);
  expect(own.isRight()).toBe(false);
  await expect(own.check()).rejects.toThrow(`the clock is ${seconds} s off that of PostgreSQL`);
  expect(Math.round(await skew())).toBe(seconds);
  expect(lines.items).toMatchObject([{ level: 'error', message: 'clock.skewed', skewSeconds: seconds }]);

  ahead.ms = 0;
  await waitUntil('it is right again', () => own.isRight());
  await changes.waitFor(2);
  expect(changes.items).toEqual([false, true]);
  expect(lines.items.at(-1)).toMatchObject({ level: 'info', message: 'clock.right_again' });
});

test('a jump is seen before the database is asked again', async () => {
  const { watch: own } = await watching({ ms: 0 });
  const { now } = Date;
  try {
    Date.now = () => now() + HOUR_MS;
    expect(own.isRight()).toBe(false);
  } finally {
    Date.now = now;
  }
  expect(own.isRight()).toBe(true);
});

test('while the database is away the clock counts as right', async () => {
  const { logger } = captureLogs();
  watch = watchClock({
    readDatabaseTime: () => Promise.reject(new Error('away')),
    logger,
    registry: new Registry(),
  });
  await watch.ready;
  expect(watch.isRight()).toBe(true);
});
