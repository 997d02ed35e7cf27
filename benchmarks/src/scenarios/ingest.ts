import type { ClosedLoop, ClosedLoopResult } from '../load/run-closed-loop.ts';
import { startReceiver } from '../load/start-receiver.ts';
import type { Usage } from '../programs/read-usage.ts';
import { startProgram } from '../programs/start-program.ts';
import { type InstallOptions, installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { waitForQueue } from '../rig/wait-for-queue.ts';
import { defineScenario, type Metric, type Sample } from '../scenario.ts';
import { checkRows, ONE_WEBHOOK } from './run-drain.ts';

export interface IngestSize {
  connections: number;
  batchSize: number;
  warmUpMs: number;
  durationMs: number;
}

const DRAIN_TIMEOUT_MS = 180_000;

interface Server {
  port: number;
  token: string;
  usage(): Promise<Usage>;
}

/** Sends as much as the server takes. @throws Error when an answer was not 202. */
export const publishAtFullSpeed = async (
  rig: Rig,
  server: Server,
  size: IngestSize & Pick<ClosedLoop, 'first'>,
): Promise<{ accepted: number; values: Record<string, number> }> => {
  const generator = rig.keep(await startProgram({ path: 'load/generator', logDir: rig.dir }));
  try {
    const read = () => Promise.all([server.usage(), generator.usage()]);
    const before = await read();
    const startedAt = performance.now();
    const loop: ClosedLoop = { port: server.port, token: server.token, ...size };
    const timeoutMs = size.warmUpMs + size.durationMs + 30_000;
    const { accepted, refused, perSecond, latency } = await generator.ask<ClosedLoopResult>('closed', loop, timeoutMs);
    const elapsedMs = performance.now() - startedAt;
    const after = await read();
    if (Object.keys(refused).length > 0) throw new Error(`Events were refused: ${JSON.stringify(refused)}`);
    const values = {
      accepted,
      perSecond,
      p95: latency.p95,
      cpuMicros: ((after[0].cpuMs - before[0].cpuMs) * 1000) / accepted,
      generatorPercent: ((after[1].cpuMs - before[1].cpuMs) / elapsedMs) * 100,
    };
    return { accepted, values };
  } finally {
    await generator.stop();
  }
};

/** Publishes, then has a worker deliver all of it: what was accepted must arrive. */
export const ingestPosthorn = async (
  rig: Rig,
  size: IngestSize,
  options: InstallOptions = { queues: 'redis' },
): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { ...options, env: ONE_WEBHOOK });
  const receiver = await startReceiver(rig);
  try {
    await posthorn.addWebhook(`${receiver.url}/hook`);
    const server = await posthorn.start('ingest');
    const { port, usage } = server;
    const { accepted, values } = await publishAtFullSpeed(rig, { port, token: posthorn.token, usage }, size);
    const publishedAt = performance.now();
    await waitForQueue(server);
    const enqueuedAfterMs = performance.now() - publishedAt;
    await server.stop();
    await posthorn.start('worker');
    const arrivals = await receiver.waitFor(accepted, DRAIN_TIMEOUT_MS);
    if (arrivals.distinct === accepted) await checkRows(posthorn, accepted);
    return {
      values: { ...values, enqueuedAfterMs },
      lost: accepted - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

const ingestValidateOnly = async (rig: Rig, size: IngestSize): Promise<Sample> => {
  const server = rig.keep(await startProgram({ path: 'baselines/validate-only', logDir: rig.dir }));
  try {
    const { port } = server.info as { port: number };
    const { values } = await publishAtFullSpeed(rig, { port, token: 'not-used', usage: server.usage }, size);
    return { values, lost: 0, duplicates: 0 };
  } finally {
    await server.stop();
  }
};

const METRICS: readonly Metric[] = [
  { key: 'perSecond', label: 'events', unit: '/s', digits: 0 },
  { key: 'p95', label: 'answer, p95', unit: 'ms', digits: 1 },
  { key: 'cpuMicros', label: 'CPU of the server, each', unit: 'µs', digits: 0 },
  { key: 'generatorPercent', label: 'generator', unit: '% of a core', digits: 0 },
  { key: 'enqueuedAfterMs', label: 'all queued after', unit: 'ms', digits: 0 },
];

const POSTHORN = 'One ingest process: authenticated, checked, matched, stored with its delivery, committed, queued.';
const VERIFIED = 'Afterwards a worker delivers all of it: what was answered with 202 must arrive once.';

export const ingest = defineScenario<IngestSize>({
  name: 'ingest',
  what: `Single events over 64 connections, each of which sends its next event when the one before is answered. ${VERIFIED}`,
  sizes: {
    full: { connections: 64, batchSize: 1, warmUpMs: 2000, durationMs: 8000 },
    quick: { connections: 64, batchSize: 1, warmUpMs: 500, durationMs: 1500 },
  },
  rounds: { full: 3, quick: 1 },
  metrics: METRICS,
  chart: ['perSecond'],
  contestants: [
    { name: 'posthorn', what: POSTHORN, run: (rig, size) => ingestPosthorn(rig, size) },
    {
      name: 'validate-only',
      what: 'Express with express.json and Joi, with our schema: parses, validates and answers 202.',
      run: ingestValidateOnly,
    },
  ],
  targets: [
    {
      text: 'at least 0.6 × validate-only',
      of: (median) => median('posthorn', 'perSecond') / median('validate-only', 'perSecond'),
      atLeast: 0.6,
      digits: 2,
    },
  ],
});

export const ingestBatch = defineScenario<IngestSize>({
  name: 'ingest-batch',
  what: `Batches of 100 events over 4 connections. ${VERIFIED}`,
  sizes: {
    full: { connections: 4, batchSize: 100, warmUpMs: 2000, durationMs: 6000 },
    quick: { connections: 4, batchSize: 100, warmUpMs: 500, durationMs: 1000 },
  },
  rounds: { full: 3, quick: 1 },
  metrics: METRICS,
  chart: ['perSecond'],
  contestants: [{ name: 'posthorn', what: POSTHORN, run: (rig, size) => ingestPosthorn(rig, size) }],
  targets: [
    {
      text: 'at least 12,000 events/s of a process',
      of: (median) => median('posthorn', 'perSecond'),
      atLeast: 12_000,
      digits: 0,
    },
  ],
});
