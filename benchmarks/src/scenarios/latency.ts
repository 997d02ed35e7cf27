import type { OpenLoop, OpenLoopResult } from '../load/run-open-loop.ts';
import { startReceiver } from '../load/start-receiver.ts';
import { startProgram } from '../programs/start-program.ts';
import { type Installation, installPosthorn } from '../rig/install-posthorn.ts';
import { startAllServices } from '../rig/start-all-services.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample, type Target } from '../scenario.ts';
import { checkRows } from './run-drain.ts';

interface LatencySize {
  perSecond: number;
  warmUpMs: number;
  durationMs: number;
}

const CONNECTIONS = 64;
const LOOK_EVERY_MS = 500;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many more jobs there are in the last third of what was seen than in the first. */
export const growthOf = (depths: readonly number[]): number => {
  const third = Math.max(1, Math.floor(depths.length / 3));
  return mean(depths.slice(-third)) - mean(depths.slice(0, third));
};

/** Looks at the queue until `over` resolves. */
const watchDepth = async (posthorn: Installation, over: Promise<unknown>): Promise<number[]> => {
  const depths: number[] = [];
  let isOver = false;
  const noteEnd = (): void => {
    isOver = true;
  };
  over.then(noteEnd, noteEnd);
  while (!isOver) {
    depths.push(await posthorn.queueDepth());
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return depths;
};

const measureLatency = async (rig: Rig, { perSecond, warmUpMs, durationMs }: LatencySize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis' });
  const [receiver, generator] = await Promise.all([
    startReceiver(rig),
    startProgram({ path: 'load/generator', logDir: rig.dir }),
  ]);
  rig.keep(generator);
  try {
    await posthorn.addWebhook(`${receiver.url}/hook`);
    const { ingest } = await startAllServices(posthorn, rig.dir);
    const publish = (first: number, forMs: number): Promise<OpenLoopResult> => {
      const loop: OpenLoop = {
        port: ingest.port,
        token: posthorn.token,
        perSecond,
        durationMs: forMs,
        first,
        connections: CONNECTIONS,
      };
      return generator.ask('open', loop, forMs + 60_000);
    };
    const warmUp = await publish(0, warmUpMs);
    await receiver.waitFor(warmUp.accepted, 30_000);
    await receiver.forgetLatencies();
    const publishing = publish(warmUp.accepted, durationMs);
    const depths = await watchDepth(posthorn, publishing);
    const measured = await publishing;
    const accepted = warmUp.accepted + measured.accepted;
    const refused = Object.keys({ ...warmUp.refused, ...measured.refused });
    if (refused.length > 0) throw new Error(`Events were refused with ${refused.join(', ')}`);
    const arrivals = await receiver.waitFor(accepted, 60_000);
    if (arrivals.distinct === accepted) await checkRows(posthorn, accepted);
    const { p50, p95, p99, max } = await receiver.latencies();
    return {
      values: { p50, p95, p99, max, growth: growthOf(depths), mostBehind: measured.mostBehind },
      lost: accepted - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await Promise.all([posthorn.remove(), generator.stop()]);
    await receiver.stop();
  }
};

const atMost = (metric: string, limit: number): Target => ({
  text: `${metric} at most ${limit} ms`,
  of: (median) => median('posthorn', metric),
  atMost: limit,
  digits: 1,
});

const define = (
  name: string,
  perSecond: number,
  { durationMs, targets }: { durationMs: number; targets: readonly Target[] },
) =>
  defineScenario<LatencySize>({
    name,
    what:
      `From the moment at which an event was due to be published to its arrival at the receiver, at ${perSecond} events/s that come by ` +
      'schedule, whether answers come or not. All services, PostgreSQL, Redis, receiver and generator share the machine.',
    sizes: {
      full: { perSecond, warmUpMs: 5000, durationMs },
      quick: { perSecond, warmUpMs: 1000, durationMs: 3000 },
    },
    rounds: { full: 3, quick: 1 },
    metrics: [
      { key: 'p50', label: 'p50', unit: 'ms', digits: 1 },
      { key: 'p95', label: 'p95', unit: 'ms', digits: 1 },
      { key: 'p99', label: 'p99', unit: 'ms', digits: 1 },
      { key: 'max', label: 'slowest', unit: 'ms', digits: 0 },
      { key: 'growth', label: 'growth of the queue', unit: 'jobs', digits: 0 },
      { key: 'mostBehind', label: 'generator behind', unit: 'events', digits: 0 },
    ],
    chart: ['p50', 'p95', 'p99'],
    contestants: [{ name: 'posthorn', what: 'All services, one of each, default settings.', run: measureLatency }],
    targets,
  });

export const latency = define('latency', 200, {
  durationMs: 30_000,
  targets: [atMost('p50', 8), atMost('p95', 25), atMost('p99', 60)],
});

export const latency1000 = define('latency-1000', 1000, {
  durationMs: 20_000,
  targets: [
    atMost('p95', 60),
    {
      text: 'the queue grows by at most 50 jobs',
      of: (median) => median('posthorn', 'growth'),
      atMost: 50,
      digits: 0,
    },
  ],
});
