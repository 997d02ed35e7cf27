import { publishBatches } from '../load/publish-batches.ts';
import { nowMs } from '../load/sample-event.ts';
import { HOOK, type Receiver, startReceiver } from '../load/start-receiver.ts';
import { busyPercent, type ProcessorTime, readProcessors } from '../programs/read-processors.ts';
import { installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { type Contestant, defineScenario, type Sample } from '../scenario.ts';
import { checkRows, TIMEOUT_MS } from './run-drain.ts';

interface ScaleOutSize {
  deliveriesPerWorker: number;
}

const RECEIVER_MS = 50;
/** 10 slots of 50 ms are 200 deliveries/s of a worker at most: the receivers limit, and not the processors. */
const CONCURRENCY = 10;
const ENV = { WORKER_CONCURRENCY: String(CONCURRENCY), WORKER_WEBHOOK_SHARE: '1' };
const WORKERS = [1, 2, 4];

/** Neither the beginning, while workers start and the queue fills, nor the end, when some have nothing left. */
const FROM = 0.2;
const TO = 0.9;
const LOOK_EVERY_MS = 50;

interface Rate {
  perSecond: number;
  /** Of all processors meanwhile: at 100 more workers cannot do more. */
  busy: number;
}

/** Deliveries in a second between those two shares of all. */
const measureRate = async (receiver: Receiver, count: number): Promise<Rate> => {
  const deadlineMs = nowMs() + TIMEOUT_MS;
  let begin: { atMs: number; distinct: number; processors: ProcessorTime } | null = null;
  for (;;) {
    const { distinct } = await receiver.arrivals();
    const atMs = nowMs();
    if (begin === null && distinct >= count * FROM) begin = { atMs, distinct, processors: readProcessors() };
    if (begin !== null && distinct >= count * TO) {
      const perSecond = ((distinct - begin.distinct) * 1000) / (atMs - begin.atMs);
      return { perSecond, busy: busyPercent(begin.processors, readProcessors()) };
    }
    if (atMs > deadlineMs) return { perSecond: Number.NaN, busy: Number.NaN };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};

const deliverWith = async (rig: Rig, workers: number, { deliveriesPerWorker }: ScaleOutSize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis', env: ENV });
  const receiver = await startReceiver(rig, { [HOOK]: { delayMs: RECEIVER_MS } });
  const count = workers * deliveriesPerWorker;
  try {
    await posthorn.addWebhook(`${receiver.url}/${HOOK}`);
    const ingest = await posthorn.start('ingest');
    for (let n = 0; n < workers; n += 1) await posthorn.start('worker');
    const measuring = measureRate(receiver, count);
    await publishBatches({ port: ingest.port, token: posthorn.token, count, batchSize: 500, connections: 2 });
    const { perSecond, busy } = await measuring;
    const arrivals = await receiver.waitFor(count, TIMEOUT_MS);
    if (arrivals.distinct === count) await checkRows(posthorn, count);
    return {
      values: { perSecond, perWorker: perSecond / workers, busy },
      lost: count - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

const nameOf = (workers: number): string => (workers === 1 ? '1 worker' : `${workers} workers`);

export const scaleOut = defineScenario<ScaleOutSize>({
  name: 'scale-out',
  what:
    'Receivers that take 50 ms, and workers with 10 slots each (`WORKER_CONCURRENCY=10`), so that waiting limits and not the ' +
    'processors: 200 deliveries/s of a worker is what 10 slots can do. One webhook, `WORKER_WEBHOOK_SHARE=1`.',
  sizes: { full: { deliveriesPerWorker: 2000 }, quick: { deliveriesPerWorker: 500 } },
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'perSecond', label: 'deliveries', unit: '/s', digits: 0 },
    { key: 'perWorker', label: 'of each worker', unit: '/s', digits: 0 },
    { key: 'busy', label: 'processors busy', unit: '%', digits: 0 },
  ],
  chart: ['perSecond'],
  contestants: WORKERS.map((workers): Contestant<ScaleOutSize> => ({
    name: nameOf(workers),
    what: `${nameOf(workers)} on the same queue.`,
    run: (rig, size) => deliverWith(rig, workers, size),
  })),
  targets: [2, 4].map((workers) => ({
    text: `${nameOf(workers)}: at least 0.9 × linear`,
    of: (median) => median(nameOf(workers), 'perSecond') / (workers * median('1 worker', 'perSecond')),
    atLeast: 0.9,
    digits: 2,
  })),
});
