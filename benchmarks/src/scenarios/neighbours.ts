import type { OpenLoop, OpenLoopResult } from '../load/run-open-loop.ts';
import { HOOK, startReceiver } from '../load/start-receiver.ts';
import { startProgram } from '../programs/start-program.ts';
import { installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample } from '../scenario.ts';

interface NeighboursSize {
  eventsPerSecond: number;
  warmUpMs: number;
  durationMs: number;
  /** Of an attempt: how long those that hang are waited for. */
  deadlineMs: number;
}

/** Every event goes to all of them: a part of the webhooks is the same part of the deliveries. */
const WEBHOOKS = 10;
const HANGING = 2;
const FAILING = 1;

const ANSWERS = { hanging: { hang: true }, failing: { status: 500 } };

const groupsOf = (isSick: boolean): string[] =>
  Array.from({ length: WEBHOOKS }, (_, index) => {
    if (!isSick || index >= HANGING + FAILING) return HOOK;
    return index < HANGING ? 'hanging' : 'failing';
  });

const deliverBeside = async (rig: Rig, size: NeighboursSize, isSick: boolean): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, {
    queues: 'redis',
    env: { DELIVERY_TIMEOUT_MS: String(size.deadlineMs) },
  });
  const receiver = await startReceiver(rig, ANSWERS);
  const generator = rig.keep(await startProgram({ path: 'load/generator', logDir: rig.dir }));
  try {
    const groups = groupsOf(isSick);
    for (const [index, group] of groups.entries()) await posthorn.addWebhook(`${receiver.url}/${group}/${index}`);
    const healthy = groups.filter((group) => group === HOOK).length;
    const ingest = await posthorn.start('ingest');
    await posthorn.start('scheduler');
    await posthorn.start('worker');
    const publish = (first: number, durationMs: number): Promise<OpenLoopResult> => {
      const { port } = ingest;
      const perSecond = size.eventsPerSecond;
      const loop: OpenLoop = { port, token: posthorn.token, perSecond, durationMs, first, connections: 32 };
      return generator.ask('open', loop, durationMs + 60_000);
    };
    const warmUp = await publish(0, size.warmUpMs);
    await receiver.waitFor(warmUp.accepted * healthy, 60_000);
    await receiver.forgetLatencies();
    const { accepted } = await publish(warmUp.accepted, size.durationMs);
    const expected = (warmUp.accepted + accepted) * healthy;
    const arrivals = await receiver.waitFor(expected, 60_000);
    const { p50, p95, p99 } = await receiver.latencies();
    return {
      values: { p50, p95, p99 },
      lost: expected - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await Promise.all([posthorn.remove(), generator.stop()]);
    await receiver.stop();
  }
};

export const neighbours = defineScenario<NeighboursSize>({
  name: 'neighbours',
  what:
    'Every event goes to ten webhooks, at 400 deliveries/s by schedule. Of the ten, two have a receiver that hangs to its ' +
    'deadline of 15 s and one has a receiver that answers 500; against ten that are well. Latency of those that are well.',
  sizes: {
    full: { eventsPerSecond: 40, warmUpMs: 5000, durationMs: 30_000, deadlineMs: 15_000 },
    quick: { eventsPerSecond: 20, warmUpMs: 1000, durationMs: 3000, deadlineMs: 2000 },
  },
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'p50', label: 'p50', unit: 'ms', digits: 1 },
    { key: 'p95', label: 'p95', unit: 'ms', digits: 1 },
    { key: 'p99', label: 'p99', unit: 'ms', digits: 1 },
  ],
  chart: ['p50', 'p95', 'p99'],
  contestants: [
    { name: 'among the well', what: 'All ten answer at once.', run: (rig, size) => deliverBeside(rig, size, false) },
    { name: 'among the sick', what: 'Two hang, one fails.', run: (rig, size) => deliverBeside(rig, size, true) },
  ],
  targets: [
    {
      text: 'p95 at most 1.5 × that among the well',
      of: (median) => median('among the sick', 'p95') / median('among the well', 'p95'),
      atMost: 1.5,
      digits: 2,
    },
  ],
});
