import { waitUntil } from '@posthorn/testing';
import type { Arrivals } from '../load/count-arrivals.ts';
import { publishBatches } from '../load/publish-batches.ts';
import { EVENT_TYPE } from '../load/sample-event.ts';
import { HOOK, type Receiver, startReceiver } from '../load/start-receiver.ts';
import type { Usage } from '../programs/read-usage.ts';
import { startProgram } from '../programs/start-program.ts';
import { type Installation, type InstallOptions, installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { waitForQueue } from '../rig/wait-for-queue.ts';
import type { Metric, Sample } from '../scenario.ts';
import { type BaselineSettings, CONCURRENCY, CONNECTIONS } from './drain-settings.ts';

export interface DrainSize {
  deliveries: number;
}

export const DRAIN_METRICS: readonly Metric[] = [
  { key: 'perSecond', label: 'deliveries', unit: '/s', digits: 0 },
  { key: 'cpuMicros', label: 'CPU of the worker, each', unit: 'µs', digits: 0 },
  { key: 'rssMebibytes', label: 'memory of the worker', unit: 'MiB', digits: 0 },
];

/** No machine that is fit for it takes longer; what has not come by then is lost. */
export const TIMEOUT_MS = 300_000;

/** One webhook has all deliveries: by default it would have a quarter of the slots, and the baselines know no such share. */
export const ONE_WEBHOOK = { WORKER_WEBHOOK_SHARE: '1' };

/** What a drain gave: the clock runs from the first to the last arrival, so that no start-up is in it. */
export const toSample = (count: number, arrivals: Arrivals, used: { before: Usage; after: Usage }): Sample => {
  const seconds = (arrivals.lastAtMs - arrivals.firstAtMs) / 1000;
  return {
    values: {
      perSecond: (arrivals.distinct - 1) / seconds,
      cpuMicros: ((used.after.cpuMs - used.before.cpuMs) * 1000) / arrivals.received,
      rssMebibytes: used.after.rssBytes / 1024 / 1024,
    },
    lost: count - arrivals.distinct,
    duplicates: arrivals.duplicates + arrivals.unreadable,
  };
};

/** Publishes through ingest, and resolves when every delivery is stored and its job waits. */
export const queueDeliveries = async (posthorn: Installation, count: number): Promise<void> => {
  const ingest = await posthorn.start('ingest');
  await publishBatches({ port: ingest.port, token: posthorn.token, count, batchSize: 500, connections: 4 });
  await waitForQueue(ingest);
  await ingest.stop();
};

interface Rows {
  succeeded: number;
  attempts: number;
}

const countRows = async (posthorn: Installation): Promise<Rows> => ({
  succeeded: await posthorn.count(`SELECT count(*) FROM deliveries WHERE status = 'succeeded'`),
  attempts: await posthorn.count('SELECT count(*) FROM attempts WHERE succeeded'),
});

/**
 * @param before what there was already.
 * @throws Error when a delivery or an attempt is not committed as it must be.
 */
export const checkRows = async (
  posthorn: Installation,
  count: number,
  before: Rows = { succeeded: 0, attempts: 0 },
): Promise<void> => {
  const pending = () => posthorn.count(`SELECT count(*) FROM deliveries WHERE status = 'pending'`);
  await waitUntil('no delivery is pending', async () => (await pending()) === 0, {
    timeoutMs: 60_000,
    intervalMs: 100,
  });
  const after = await countRows(posthorn);
  const [succeeded, attempts] = [after.succeeded - before.succeeded, after.attempts - before.attempts];
  if (succeeded !== count || attempts !== count) {
    throw new Error(`Of ${count} deliveries ${succeeded} succeeded, with ${attempts} attempts`);
  }
};

/** Looks at the database around a drain. */
export interface DrainProbe {
  begin(posthorn: Installation): Promise<void>;
  end(posthorn: Installation): Promise<Pick<Sample, 'values' | 'notes'>>;
}

/** Queues deliveries of one webhook, then starts one worker and has it deliver them. */
export const drainPosthorn = async (
  rig: Rig,
  { deliveries }: DrainSize,
  { probe, ...options }: InstallOptions & { probe?: DrainProbe } = { queues: 'redis' },
): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { ...options, env: ONE_WEBHOOK });
  const receiver = await startReceiver(rig);
  try {
    // Those of earlier drains on the same database: their receivers are gone.
    await posthorn.database.prisma.webhook.updateMany({
      where: { events: { has: EVENT_TYPE } },
      data: { events: [], version: { increment: 1 } },
    });
    await posthorn.addWebhook(`${receiver.url}/${HOOK}`);
    const rowsBefore = await countRows(posthorn);
    await probe?.begin(posthorn);
    await queueDeliveries(posthorn, deliveries);
    await rig.query('CHECKPOINT');
    const worker = await posthorn.start('worker');
    const before = await worker.usage();
    const arrivals = await receiver.waitFor(deliveries, TIMEOUT_MS);
    const after = await worker.usage();
    const seen = await probe?.end(posthorn);
    if (arrivals.distinct === deliveries) await checkRows(posthorn, deliveries, rowsBefore);
    const sample = toSample(deliveries, arrivals, { before, after });
    return { ...sample, values: { ...sample.values, ...seen?.values }, notes: seen?.notes ?? [] };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

/** Runs a baseline's worker against jobs that `queue` has made. */
export const drainBaseline = async (
  rig: Rig,
  count: number,
  { path, queue }: { path: string; queue(receiver: Receiver, databaseUrl: string): Promise<void> },
): Promise<Sample> => {
  const databaseUrl = await rig.createDatabase();
  const receiver = await startReceiver(rig);
  try {
    await queue(receiver, databaseUrl);
    await rig.query('CHECKPOINT');
    const settings: BaselineSettings = {
      redisUrl: rig.redis.url,
      databaseUrl,
      concurrency: CONCURRENCY,
      connections: CONNECTIONS,
    };
    const worker = rig.keep(await startProgram({ path, settings, logDir: rig.dir }));
    const before = await worker.usage();
    const arrivals = await receiver.waitFor(count, TIMEOUT_MS);
    const after = await worker.usage();
    await worker.ask('close');
    await worker.stop();
    return toSample(count, arrivals, { before, after });
  } finally {
    await receiver.stop();
    await rig.dropDatabase(databaseUrl);
  }
};
