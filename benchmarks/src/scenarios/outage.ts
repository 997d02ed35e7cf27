import { waitUntil } from '@posthorn/testing';
import { publishBatches } from '../load/publish-batches.ts';
import { startReceiver } from '../load/start-receiver.ts';
import { type Installation, installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample } from '../scenario.ts';

interface OutageSize {
  webhooks: number;
  events: number;
}

const GROUP = 'broken';
const TIMEOUT_MS = 600_000;
const MEBIBYTE = 1024 * 1024;

/** The first retry is hours away, as the later ones of the default schedule are. */
const ENV = { RETRY_DELAYS_SECONDS: '14400,28800' };

const usedMemory = async ({ redis }: Rig): Promise<number> =>
  Number(/^used_memory:(\d+)/m.exec(await redis.command('INFO memory'))?.[1]);

/** Makes all retries due and gives how many of them in a second the scheduler enqueues, from the first to the last. */
const measurePromotion = async (posthorn: Installation, count: number): Promise<number> => {
  await posthorn.count(
    `WITH due AS (UPDATE deliveries SET due_at = now(), wake_at = now() WHERE status = 'pending' RETURNING 1)
     SELECT count(*) FROM due`,
  );
  const depth = () => posthorn.queueDepth('retry');
  const options = { timeoutMs: TIMEOUT_MS, intervalMs: 20 };
  const first = await waitUntil('the first is enqueued', async () => (await depth()) || null, options);
  const startedAt = performance.now();
  await waitUntil('all are enqueued', async () => (await depth()) >= count, options);
  return ((count - first) * 1000) / (performance.now() - startedAt);
};

const breakReceivers = async (rig: Rig, { webhooks, events }: OutageSize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis', env: ENV });
  const receiver = await startReceiver(rig, { [GROUP]: { status: 500 } });
  const count = webhooks * events;
  try {
    const model = await posthorn.addWebhook(`${receiver.url}/${GROUP}/model`);
    await posthorn.copyWebhook(model, `${receiver.url}/${GROUP}/`, webhooks - 1);
    await posthorn.start('scheduler');
    const ingest = await posthorn.start('ingest');
    const worker = await posthorn.start('worker');
    const idleBytes = await usedMemory(rig);
    await publishBatches({ port: ingest.port, token: posthorn.token, count: events, batchSize: 500, connections: 2 });
    await ingest.stop();
    const arrivals = await receiver.waitFor(count, TIMEOUT_MS, GROUP);
    const settled = () => posthorn.count(`SELECT count(*) FROM deliveries WHERE status = 'pending' AND attempts = 1`);
    await waitUntil('all attempts are recorded', async () => (await settled()) === arrivals.distinct, {
      timeoutMs: 60_000,
      intervalMs: 200,
    });
    await worker.stop();
    const memory = await usedMemory(rig);
    const promotedPerSecond = await measurePromotion(posthorn, arrivals.distinct);
    return {
      values: { redisMebibytes: (memory - idleBytes) / MEBIBYTE, promotedPerSecond },
      lost: count - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

export const outage = defineScenario<OutageSize>({
  name: 'outage',
  what:
    'Receivers answer 500 to every first attempt, and the retries are hours away: what Redis holds more than when it was idle. ' +
    'Then all of them become due at once: how fast the scheduler enqueues them.',
  sizes: { full: { webhooks: 20, events: 10_000 }, quick: { webhooks: 20, events: 300 } },
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'redisMebibytes', label: 'Redis over idle', unit: 'MiB', digits: 1 },
    { key: 'promotedPerSecond', label: 'enqueued when due', unit: '/s', digits: 0 },
  ],
  chart: ['promotedPerSecond'],
  contestants: [{ name: 'posthorn', what: 'One scheduler, one ingest, one worker.', run: breakReceivers }],
  targets: [
    {
      text: 'Redis holds at most 60 MiB over idle',
      of: (median) => median('posthorn', 'redisMebibytes'),
      atMost: 60,
      digits: 1,
    },
    {
      text: 'at least 5,000 retries/s are enqueued',
      of: (median) => median('posthorn', 'promotedPerSecond'),
      atLeast: 5000,
      digits: 0,
    },
  ],
});
