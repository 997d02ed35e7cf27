import { waitUntil } from '@posthorn/testing';
import { queueBareJobs, queueTextbookJobs } from '../baselines/queue-baseline-jobs.ts';
import type { Arrivals } from '../load/count-arrivals.ts';
import { publishBatches } from '../load/publish-batches.ts';
import { type Receiver, startReceiver } from '../load/start-receiver.ts';
import type { Usage } from '../programs/read-usage.ts';
import { startProgram } from '../programs/start-program.ts';
import { type Installation, installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { type Contestant, defineScenario, type Sample } from '../scenario.ts';
import { type BaselineSettings, CONCURRENCY, CONNECTIONS } from './drain-settings.ts';

export interface DrainSize {
  deliveries: number;
}

/** No machine that is fit for it takes longer; what has not come by then is lost. */
const TIMEOUT_MS = 300_000;

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

/** Publishes through ingest, and resolves when every delivery is stored and its job waits in Redis. */
export const queueDeliveries = async (rig: Rig, posthorn: Installation, count: number): Promise<void> => {
  const ingest = await posthorn.start('ingest');
  await publishBatches({ port: ingest.port, token: posthorn.token, count, batchSize: 500, connections: 4 });
  await waitUntil(
    'all jobs wait',
    async () => (await rig.redis.command('LLEN posthorn:deliver-first:wait')) === `:${count}`,
    { timeoutMs: 60_000 },
  );
  await ingest.stop();
};

/** @throws Error when a delivery or an attempt is not committed as it must be. */
export const checkRows = async (posthorn: Installation, count: number): Promise<void> => {
  const pending = () => posthorn.count(`SELECT count(*) FROM deliveries WHERE status = 'pending'`);
  await waitUntil('no delivery is pending', async () => (await pending()) === 0, { timeoutMs: 60_000 });
  const succeeded = await posthorn.count(`SELECT count(*) FROM deliveries WHERE status = 'succeeded'`);
  const attempts = await posthorn.count('SELECT count(*) FROM attempts WHERE succeeded');
  if (succeeded !== count || attempts !== count) {
    throw new Error(`Of ${count} deliveries ${succeeded} succeeded, with ${attempts} attempts`);
  }
};

const drainPosthorn = async (rig: Rig, { deliveries }: DrainSize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis', env: ONE_WEBHOOK });
  const receiver = rig.keep(await startReceiver(rig.dir));
  try {
    await posthorn.addWebhook(`${receiver.url}/hook`);
    await queueDeliveries(rig, posthorn, deliveries);
    await rig.query('CHECKPOINT');
    const worker = await posthorn.start('worker');
    const before = await worker.usage();
    const arrivals = await receiver.waitFor(deliveries, TIMEOUT_MS);
    if (arrivals.distinct === deliveries) await checkRows(posthorn, deliveries);
    return toSample(deliveries, arrivals, { before, after: await worker.usage() });
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
  const receiver = rig.keep(await startReceiver(rig.dir));
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

const contestants: Contestant<DrainSize>[] = [
  { name: 'posthorn', what: 'One worker, all that it does: load, sign, send, record, log.', run: drainPosthorn },
  {
    name: 'bare',
    what: 'BullMQ worker and undici POST; nothing stored, signed or logged.',
    run: (rig, { deliveries }) =>
      drainBaseline(rig, deliveries, {
        path: 'baselines/bare',
        queue: (receiver) => queueBareJobs(rig, `${receiver.url}/hook`, deliveries),
      }),
  },
  {
    name: 'textbook',
    what: 'BullMQ worker, a SELECT, a POST with got and an INSERT for each delivery.',
    run: (rig, { deliveries }) =>
      drainBaseline(rig, deliveries, {
        path: 'baselines/textbook',
        queue: ({ url }, databaseUrl) => queueTextbookJobs(rig, { databaseUrl, url: `${url}/hook`, count: deliveries }),
      }),
  },
];

export const drain = defineScenario<DrainSize>({
  name: 'drain',
  what:
    'Deliveries that are stored and queued on Redis before the worker starts; one worker process, one webhook, a receiver ' +
    'that answers 204 at once. From the first arrival to the last. Attempts and states are committed, which is checked.',
  sizes: { full: { deliveries: 50_000 }, quick: { deliveries: 5000 } },
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'perSecond', label: 'deliveries', unit: '/s', digits: 0 },
    { key: 'cpuMicros', label: 'CPU of the worker, each', unit: 'µs', digits: 0 },
    { key: 'rssMebibytes', label: 'memory of the worker', unit: 'MiB', digits: 0 },
  ],
  chart: 'perSecond',
  contestants,
  targets: [
    {
      text: 'at least 0.7 × bare',
      of: (median) => median('posthorn', 'perSecond') / median('bare', 'perSecond'),
      atLeast: 0.7,
      digits: 2,
    },
    {
      text: 'at least 4 × textbook',
      of: (median) => median('posthorn', 'perSecond') / median('textbook', 'perSecond'),
      atLeast: 4,
      digits: 2,
    },
  ],
});
