import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedis, type TestRedis, waitUntil } from '@posthorn/testing';
import { createFaultRunner } from '../testing/create-fault-runner.ts';
import { type FaultSystem, startFaultSystem } from '../testing/start-fault-system.ts';
import type { LoadResult } from '../testing/start-load.ts';

let redis: TestRedis;
let system: FaultSystem;
const runFault = createFaultRunner(() => [system]);

beforeAll(async () => {
  redis = await startRedis();
  system = await startFaultSystem({
    backend: 'Redis',
    startPlace: () => Promise.resolve({ settings: { REDIS_URL: redis.url }, close: () => Promise.resolve() }),
    replicas: { worker: 2, notifier: 0 },
    // The second one makes retries, which wait in Redis too.
    webhooks: { '/one': '?delayMs=300', '/again': '?failFirst=1' },
    env: { RETRY_DELAYS_SECONDS: '1,1,1,1,1' },
  });
}, 120_000);

afterAll(async () => {
  await system?.close();
  await redis?.close();
}, 60_000);

const nothing = (): Promise<void> => Promise.resolve();

/** Publishers see nothing of the queue: every event is taken at the first try. */
const expectUnnoticed = (results: readonly LoadResult[]): void => {
  for (const { refused, unanswered } of results)
    expect({ refused, unanswered }).toEqual({ refused: [], unanswered: {} });
};

const linesOf = (message: string, service: 'ingest' | 'worker' | 'scheduler') =>
  system.deployment.of(service).flatMap(({ lines }) => lines.filter((line) => line['message'] === message));

const untilTold = (message: string, service: 'ingest' | 'worker' | 'scheduler', reason = /./): Promise<unknown> => {
  const before = linesOf(message, service).length;
  return waitUntil(
    `${message} in the log of ${service}`,
    () =>
      linesOf(message, service)
        .slice(before)
        .some((line) => reason.test(JSON.stringify(line))),
    { timeoutMs: 60_000 },
  );
};

const order = async (command: string): Promise<void> => {
  const answer = await redis.command(command);
  if (answer !== '+OK') throw new Error(`${command}: ${answer}`);
};

describe('Redis', () => {
  test('is killed and comes back empty: what was in it is enqueued again from the rows', async () => {
    const told = untilTold('queue.lost_its_memory', 'scheduler');
    const results = await runFault({ fault: 'Redis killed, back empty', begin: redis.stop, end: redis.start });
    expectUnnoticed(results);
    await told;
  }, 180_000);

  test('is emptied (FLUSHALL): likewise, while everybody stays connected', async () => {
    const told = untilTold('queue.lost_its_memory', 'scheduler');
    const results = await runFault({ fault: 'FLUSHALL', begin: redis.flush, end: nothing });
    expectUnnoticed(results);
    await told;
    const [scheduler] = system.deployment.of('scheduler');
    const metrics = await (await fetch(`http://127.0.0.1:${scheduler?.port}/metrics`)).text();
    expect(metrics).toMatch(/^posthorn_queue_memory_losses_total [1-9]/m);
  }, 180_000);

  test('is away for 30 s: publishers see nothing of it, and what was taken meanwhile arrives', async () => {
    const results = await runFault({
      fault: 'Redis 30 s away',
      begin: redis.stop,
      during: async ([load]) => {
        const before = load?.accepted ?? 0;
        await Promise.all([pause(30_000), untilTold('queue.connection_lost', 'worker')]);
        expect((load?.accepted ?? 0) - before).toBeGreaterThan(100);
      },
      end: redis.start,
    });
    expectUnnoticed(results);
  }, 240_000);

  test('hangs for 12 s, with all connections open: likewise', async () => {
    const results = await runFault({
      fault: 'Redis hangs for 12 s',
      begin: () => Promise.resolve(redis.hang()),
      during: () => pause(12_000),
      end: () => Promise.resolve(redis.resume()),
    });
    expectUnnoticed(results);
  }, 240_000);

  test('is out of memory and evicts nothing: events are taken, and go out once it has some', async () => {
    const results = await runFault({
      fault: 'Redis out of memory',
      begin: () => order('CONFIG SET maxmemory 1'),
      during: () => untilTold('deliveries.left_to_scheduler', 'ingest', /OOM/),
      end: () => order('CONFIG SET maxmemory 0'),
    });
    expectUnnoticed(results);
  }, 240_000);

  test('may evict: every service that starts on it warns, and says what to set', async () => {
    await order('CONFIG SET maxmemory-policy allkeys-lru');
    for (const service of ['ingest', 'worker', 'scheduler'] as const) {
      await system.deployment.add(service);
      const [line] = await waitUntil(`the warning of ${service}`, () => {
        const lines = linesOf('queue.may_drop_jobs', service);
        return lines.length > 0 && lines;
      });
      expect(line).toMatchObject({ level: 'warn', policy: 'allkeys-lru', hint: expect.stringContaining('noeviction') });
    }
    await order('CONFIG SET maxmemory-policy noeviction');
  }, 60_000);
});
