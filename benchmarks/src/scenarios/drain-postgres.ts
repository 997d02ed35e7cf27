import { waitUntil } from '@posthorn/testing';
import { queueNoOpJobs } from '../baselines/queue-baseline-jobs.ts';
import type { Arrivals } from '../load/count-arrivals.ts';
import { startProgram } from '../programs/start-program.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample } from '../scenario.ts';
import { type BaselineSettings, CONCURRENCY, CONNECTIONS } from './drain-settings.ts';
import { DRAIN_METRICS, drainPosthorn, type DrainSize, TIMEOUT_MS, toSample } from './run-drain.ts';

const drainNoOp = async (rig: Rig, { deliveries }: DrainSize): Promise<Sample> => {
  const databaseUrl = await rig.createDatabase();
  try {
    await queueNoOpJobs(databaseUrl, deliveries);
    await rig.query('CHECKPOINT');
    const settings: BaselineSettings = {
      redisUrl: rig.redis.url,
      databaseUrl,
      concurrency: CONCURRENCY,
      connections: CONNECTIONS,
    };
    const worker = rig.keep(await startProgram({ path: 'baselines/no-op', settings, logDir: rig.dir }));
    const before = await worker.usage();
    await waitUntil('all jobs are done', async () => (await worker.ask<Arrivals>('arrivals')).distinct >= deliveries, {
      timeoutMs: TIMEOUT_MS,
      intervalMs: 100,
    });
    const [arrivals, after] = [await worker.ask<Arrivals>('arrivals'), await worker.usage()];
    await worker.ask('close');
    await worker.stop();
    return toSample(deliveries, arrivals, { before, after });
  } finally {
    await rig.dropDatabase(databaseUrl);
  }
};

export const drainPostgres = defineScenario<DrainSize>({
  name: 'drain-postgres',
  what: 'The same as `drain` with the queue in PostgreSQL, which is what runs where there is no Redis.',
  sizes: { full: { deliveries: 20_000 }, quick: { deliveries: 2000 } },
  rounds: { full: 3, quick: 1 },
  metrics: DRAIN_METRICS,
  chart: ['perSecond'],
  contestants: [
    {
      name: 'posthorn',
      what: 'One worker, all that it does, with its queue in PostgreSQL.',
      run: (rig, size) => drainPosthorn(rig, size, { queues: 'postgres' }),
    },
    { name: 'no-op', what: 'BullMQ worker on its PostgreSQL backend, jobs that do nothing.', run: drainNoOp },
  ],
  targets: [
    {
      text: 'at least 0.7 × no-op',
      of: (median) => median('posthorn', 'perSecond') / median('no-op', 'perSecond'),
      atLeast: 0.7,
      digits: 2,
    },
  ],
});
