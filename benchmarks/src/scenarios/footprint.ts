import { HOOK, startReceiver } from '../load/start-receiver.ts';
import type { Usage } from '../programs/read-usage.ts';
import { installPosthorn } from '../rig/install-posthorn.ts';
import { readStores, type Stores } from '../rig/read-stores.ts';
import type { Rig } from '../rig/start-rig.ts';
import { waitForQueue } from '../rig/wait-for-queue.ts';
import { defineScenario, type Metric, type Sample } from '../scenario.ts';
import { publishAtFullSpeed } from './ingest.ts';
import { checkRows, ONE_WEBHOOK, queueDeliveries, TIMEOUT_MS } from './run-drain.ts';

interface FootprintSize {
  acceptMs: number;
  deliveries: number;
}

interface Reading {
  stores: Stores;
  service: Usage;
  receiver: Usage | null;
}

const perPiece = (before: Reading, after: Reading, count: number): Record<string, number> => {
  const each = (of: (reading: Reading) => number): number => (of(after) - of(before)) / count;
  return {
    service: each(({ service }) => service.cpuMs) * 1000,
    postgres: each(({ stores }) => stores.postgresCpuMs) * 1000,
    redis: each(({ stores }) => stores.redisCpuMs) * 1000,
    receiver: each(({ receiver }) => receiver?.cpuMs ?? Number.NaN) * 1000,
    transactions: each(({ stores }) => stores.transactions) * 1000,
    wal: each(({ stores }) => stores.walBytes),
    events: each(({ stores }) => stores.tableBytes.events),
    deliveries: each(({ stores }) => stores.tableBytes.deliveries),
    attempts: each(({ stores }) => stores.tableBytes.attempts),
    redisReceived: each(({ stores }) => stores.redisReceivedBytes),
    redisSent: each(({ stores }) => stores.redisSentBytes),
    redisHeld: each(({ stores }) => stores.redisHeldBytes),
  };
};

/** What ingest and the stores spend on an event that one webhook takes; a worker then delivers all of them. */
const accept = async (rig: Rig, { acceptMs }: FootprintSize, batchSize: number): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis', env: ONE_WEBHOOK });
  const receiver = await startReceiver(rig);
  try {
    await posthorn.addWebhook(`${receiver.url}/${HOOK}`);
    const ingest = await posthorn.start('ingest');
    const read = async (): Promise<Reading> => ({
      service: await ingest.usage(),
      stores: await readStores(rig, posthorn.databaseUrl),
      receiver: null,
    });
    const { port, usage } = ingest;
    const server = { port, token: posthorn.token, usage };
    const load = { connections: batchSize === 1 ? 64 : 4, batchSize, warmUpMs: 0 };
    const warm = await publishAtFullSpeed(rig, server, { ...load, durationMs: acceptMs / 4 });
    await waitForQueue(ingest);
    const before = await read();
    const { accepted } = await publishAtFullSpeed(rig, server, {
      ...load,
      first: warm.accepted,
      durationMs: acceptMs,
    });
    const all = warm.accepted + accepted;
    await waitForQueue(ingest);
    const after = await read();
    await ingest.stop();
    await posthorn.start('worker');
    const arrivals = await receiver.waitFor(all, TIMEOUT_MS);
    if (arrivals.distinct === all) await checkRows(posthorn, all);
    const faults = { lost: all - arrivals.distinct, duplicates: arrivals.duplicates + arrivals.unreadable };
    return { values: perPiece(before, after, accepted), ...faults };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

/** What a worker and the stores spend on a delivery, once the worker is warm. */
const deliver = async (rig: Rig, { deliveries }: FootprintSize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis', env: ONE_WEBHOOK });
  const receiver = await startReceiver(rig);
  try {
    await posthorn.addWebhook(`${receiver.url}/${HOOK}`);
    await queueDeliveries(posthorn, deliveries);
    const worker = await posthorn.start('worker');
    const read = async (): Promise<Reading> => ({
      service: await worker.usage(),
      stores: await readStores(rig, posthorn.databaseUrl),
      receiver: await receiver.usage(),
    });
    const { distinct } = await receiver.waitFor(deliveries / 5, TIMEOUT_MS);
    const before = await read();
    const arrivals = await receiver.waitFor(deliveries, TIMEOUT_MS);
    if (arrivals.distinct === deliveries) await checkRows(posthorn, deliveries);
    const after = await read();
    return {
      values: { ...perPiece(before, after, deliveries - distinct), redisHeld: Number.NaN, events: Number.NaN },
      lost: deliveries - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

const micros = (key: string, label: string): Metric => ({ key, label, unit: 'µs', digits: 0 });
const bytes = (key: string, label: string): Metric => ({ key, label, unit: 'B', digits: 0 });

export const footprint = defineScenario<FootprintSize>({
  name: 'footprint',
  what:
    'What one event, or one delivery, costs each process and store: processor time, commits, bytes. One webhook takes every ' +
    'event, so that an event is one delivery and one attempt. Tables with their indexes; their growth is that of new ' +
    'tables, without what `VACUUM` gives back for the next rows.',
  sizes: { full: { acceptMs: 8000, deliveries: 50_000 }, quick: { acceptMs: 1000, deliveries: 4000 } },
  rounds: { full: 3, quick: 1 },
  metrics: [
    micros('service', 'ingest or worker'),
    micros('postgres', 'PostgreSQL'),
    micros('redis', 'Redis'),
    micros('receiver', 'receiver'),
    { key: 'transactions', label: 'commits for 1,000', unit: '', digits: 0 },
    bytes('wal', 'WAL'),
    bytes('events', 'events table'),
    bytes('deliveries', 'deliveries table'),
    bytes('attempts', 'attempts table'),
    bytes('redisReceived', 'to Redis'),
    bytes('redisSent', 'from Redis'),
    bytes('redisHeld', 'held by Redis while it waits'),
  ],
  chart: ['service', 'postgres', 'redis', 'receiver'],
  contestants: [
    { name: 'accept, single events', what: 'One ingest, 64 connections.', run: (rig, size) => accept(rig, size, 1) },
    { name: 'accept, batches of 100', what: 'One ingest, 4 connections.', run: (rig, size) => accept(rig, size, 100) },
    { name: 'deliver', what: 'One worker that drains; read from the first fifth on.', run: deliver },
  ],
  targets: [],
});
