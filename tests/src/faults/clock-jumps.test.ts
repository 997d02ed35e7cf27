import { expect } from '@jest/globals';
import { type ServiceProcess, shiftClockSettings, waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { findInFlight } from '../testing/find-in-flight.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import type { FaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { testBothBackends } from '../testing/test-both-backends.ts';

const HOUR_MS = 3_600_000;
const RETRY_SECONDS = 30;
/** Clocks that differ by less count as right. */
const TOLERANCE_SECONDS = 15;
/** What a busy machine may add. */
const PATIENCE_SECONDS = 60;

const tens = (seconds: unknown): number => Math.round(Number(seconds) / 10) * 10;

const lineOf = ({ lines }: ServiceProcess, message: string) => lines.find((line) => line['message'] === message);

const shift = (workers: readonly ServiceProcess[]): void => {
  for (const { pid } of workers) process.kill(pid, 'SIGUSR2');
};

const readSkew = async ({ port }: ServiceProcess): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^posthorn_clock_skew_seconds (\S+)$/m.exec(text)?.[1]);
};

const OPTIONS = {
  webhooks: { '/at-once': '?delayMs=50', '/second-time': '?failFirst=1' },
  env: { RETRY_DELAYS_SECONDS: `${RETRY_SECONDS},60`, RETRY_JITTER: '0' },
  replicas: { notifier: 0 },
};

/** What the workers say of themselves while their clocks are wrong. */
const expectToStandAside = async (worker: ServiceProcess, seconds: number): Promise<void> => {
  const line = lineOf(worker, 'clock.skewed');
  expect(line).toMatchObject({ level: 'error' });
  expect([tens(line?.['skewSeconds']), tens(await readSkew(worker))]).toEqual([seconds, seconds]);
  const answer = await fetch(`http://127.0.0.1:${worker.port}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ checks: { clock: expect.stringContaining('off that of PostgreSQL') } });
};

const jumpAndJudge = async (system: FaultSystem): Promise<void> => {
  const { database, deployment, receiver } = system;
  const jumping = await Promise.all([HOUR_MS, -HOUR_MS].map((ms) => deployment.add('worker', shiftClockSettings(ms))));
  const load = startLoad(deployment, { perSecond: 50 });
  await waitUntil('all workers are at work', () => load.accepted > 100, { timeoutMs: 60_000 });
  shift(jumping);
  const inFlight = await findInFlight(system);
  await waitUntil('both have noticed', () => jumping.every((worker) => lineOf(worker, 'clock.skewed')));
  await expectToStandAside(jumping[0] as ServiceProcess, 3600);
  await expectToStandAside(jumping[1] as ServiceProcess, -3600);
  const meanwhile = load.accepted + 150;
  await waitUntil('the others go on', () => load.accepted >= meanwhile, { timeoutMs: 60_000 });

  shift(jumping);
  const endedAtMs = now();
  await waitUntil('both are right again', () => jumping.every((worker) => lineOf(worker, 'clock.right_again')));
  const after = load.accepted + 50;
  await waitUntil('they are at work again', () => load.accepted >= after, { timeoutMs: 60_000 });
  const result = await load.stop();
  await judgeFault({ fault: 'clocks of two workers jump by ±1 h', system, load: result, endedAtMs, inFlight });

  // Failures of half a minute must not look like those of an hour.
  expect(await database.prisma.webhook.count({ where: { state: { not: 'Active' } } })).toBe(0);
  const arrivals = await receiver.arrivals();
  expect(arrivals.filter(({ signedOffSeconds }) => !(signedOffSeconds < PATIENCE_SECONDS))).toEqual([]);
  const afterSeconds = arrivals
    .filter(({ path }) => path === '/second-time')
    .map(({ n, firstAtMs }) => (firstAtMs - (result.accepted.get(n)?.acceptedAtMs ?? 0)) / 1000);
  expect(Math.min(...afterSeconds)).toBeGreaterThan(RETRY_SECONDS - TOLERANCE_SECONDS);
  expect(Math.max(...afterSeconds)).toBeLessThan(RETRY_SECONDS + PATIENCE_SECONDS);
};

// Both backends at once: most of the time of this is waiting for retries.
testBothBackends(
  'workers whose clocks jump by an hour say so and stand aside, retries come in time, and no signature is of another time',
  OPTIONS,
  jumpAndJudge,
  300_000,
);
