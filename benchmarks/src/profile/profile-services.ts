import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rig } from '../rig/start-rig.ts';
import { ingestPosthorn } from '../scenarios/ingest.ts';
import { drainPosthorn } from '../scenarios/run-drain.ts';
import { type AreaShare, type CpuProfile, largestAreas, sumProfile } from './sum-profile.ts';

/** Where the time of a service goes while it does one thing at full speed. */
export interface ServiceProfile {
  service: 'worker' | 'ingest';
  doing: string;
  areas: readonly AreaShare[];
}

/** Areas with less are summed up. */
const SHOWN_FROM = 0.01;

const readProfile = async (dir: string, service: string): Promise<AreaShare[]> => {
  const file = (await readdir(dir)).find((name) => name.startsWith(`${service}-`));
  if (file === undefined) throw new Error(`There is no profile of ${service} in ${dir}`);
  const profile = JSON.parse(await readFile(join(dir, file), 'utf8')) as CpuProfile;
  return largestAreas(sumProfile(profile), SHOWN_FROM);
};

/** Runs a drain and an ingest once more under V8's profiler, apart from what is measured: it costs a fifth of the speed. */
export const profileServices = async (rig: Rig, dir: string): Promise<ServiceProfile[]> => {
  const [drainDir, ingestDir] = [join(dir, 'drain'), join(dir, 'ingest')];
  await mkdir(drainDir, { recursive: true });
  await mkdir(ingestDir, { recursive: true });
  await rig.settle();
  await drainPosthorn(rig, { deliveries: 50_000 }, { queues: 'redis', profileDir: drainDir });
  await rig.settle();
  const size = { connections: 64, batchSize: 1, warmUpMs: 2000, durationMs: 8000 };
  await ingestPosthorn(rig, size, { queues: 'redis', profileDir: ingestDir });
  return [
    { service: 'worker', doing: 'a drain of 50,000 deliveries', areas: await readProfile(drainDir, 'worker') },
    {
      service: 'ingest',
      doing: 'single events over 64 connections for 10 s',
      areas: await readProfile(ingestDir, 'ingest'),
    },
  ];
};
