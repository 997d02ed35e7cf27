import { waitUntil } from '@posthorn/testing';
import { publishBatches } from '../load/publish-batches.ts';
import { HOOK, startReceiver } from '../load/start-receiver.ts';
import { installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample, type Target } from '../scenario.ts';
import { checkRows, ONE_WEBHOOK, TIMEOUT_MS } from './run-drain.ts';

interface MemorySize {
  durationMs: number;
  /** Events that are published whenever fewer than that wait. */
  chunk: number;
}

const MEBIBYTE = 1024 * 1024;
const LOOK_EVERY_MS = 250;

/** From the second quarter, when all is warm, to the last, in MiB: means, because a heap breathes. */
export const growthOfMemory = (rssBytes: readonly number[]): number => {
  const quarter = Math.max(1, Math.floor(rssBytes.length / 4));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return (mean(rssBytes.slice(-quarter)) - mean(rssBytes.slice(quarter, 2 * quarter))) / MEBIBYTE;
};

const runAtFullSpeed = async (rig: Rig, { durationMs, chunk }: MemorySize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis', env: ONE_WEBHOOK });
  const receiver = await startReceiver(rig);
  try {
    await posthorn.addWebhook(`${receiver.url}/${HOOK}`);
    const ingest = await posthorn.start('ingest');
    const worker = await posthorn.start('worker');
    const rss: Record<'ingest' | 'worker', number[]> = { ingest: [], worker: [] };
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        rss.ingest.push((await ingest.usage()).rssBytes);
        rss.worker.push((await worker.usage()).rssBytes);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    })();
    const endAt = performance.now() + durationMs;
    let published = 0;
    try {
      while (performance.now() < endAt) {
        const load = { port: ingest.port, token: posthorn.token, batchSize: 100, connections: 4 };
        await publishBatches({ ...load, first: published, count: chunk });
        published += chunk;
        const waiting = async (): Promise<number> => published - (await receiver.arrivals()).distinct;
        await waitUntil('fewer wait', async () => (await waiting()) < chunk, { timeoutMs: TIMEOUT_MS });
      }
    } finally {
      isOver = true;
      await watching;
    }
    const arrivals = await receiver.waitFor(published, TIMEOUT_MS);
    if (arrivals.distinct === published) await checkRows(posthorn, published);
    return {
      values: {
        perSecond: arrivals.distinct / ((arrivals.lastAtMs - arrivals.firstAtMs) / 1000),
        worker: Math.max(...rss.worker) / MEBIBYTE,
        workerGrowth: growthOfMemory(rss.worker),
        ingest: Math.max(...rss.ingest) / MEBIBYTE,
        ingestGrowth: growthOfMemory(rss.ingest),
      },
      lost: published - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

const targetsOf = (name: 'worker' | 'ingest'): Target[] => [
  { text: `${name} at most 220 MiB`, of: (median) => median('posthorn', name), atMost: 220, digits: 0 },
  {
    text: `${name} grows by at most 20 MiB`,
    of: (median) => median('posthorn', `${name}Growth`),
    atMost: 20,
    digits: 0,
  },
];

export const memory = defineScenario<MemorySize>({
  name: 'memory',
  what:
    'Resident memory of one ingest and one worker while the worker always has jobs waiting, for ten minutes: the most, and how ' +
    'much more it was in the last quarter than in the second.',
  sizes: { full: { durationMs: 600_000, chunk: 20_000 }, quick: { durationMs: 6000, chunk: 3000 } },
  rounds: { full: 1, quick: 1 },
  metrics: [
    { key: 'perSecond', label: 'deliveries', unit: '/s', digits: 0 },
    { key: 'worker', label: 'worker, most', unit: 'MiB', digits: 0 },
    { key: 'workerGrowth', label: 'worker, growth', unit: 'MiB', digits: 0 },
    { key: 'ingest', label: 'ingest, most', unit: 'MiB', digits: 0 },
    { key: 'ingestGrowth', label: 'ingest, growth', unit: 'MiB', digits: 0 },
  ],
  chart: ['worker', 'ingest'],
  contestants: [{ name: 'posthorn', what: 'One ingest and one worker at full speed.', run: runAtFullSpeed }],
  targets: [...targetsOf('worker'), ...targetsOf('ingest')],
});
