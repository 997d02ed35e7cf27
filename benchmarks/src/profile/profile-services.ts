import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rig } from '../rig/start-rig.ts';
import { ingestPosthorn } from '../scenarios/ingest.ts';
import { drainPosthorn } from '../scenarios/run-drain.ts';
import { type AreaShare, type CpuProfile, largestAreas, sumProfile } from './sum-profile.ts';
import { INGEST_STEPS, type StepCost, sumSteps, WORKER_STEPS } from './sum-steps.ts';

/** Where the time of a service goes while it does one thing at full speed. */
export interface ServiceProfile {
  service: 'worker' | 'ingest';
  doing: string;
  areas: readonly AreaShare[];
  steps: readonly StepCost[];
}

/** Areas with less are summed up. */
const SHOWN_FROM = 0.01;
const DELIVERIES = 50_000;

const readProfile = async (dir: string, service: string): Promise<CpuProfile> => {
  const file = (await readdir(dir)).find((name) => name.startsWith(`${service}-`));
  if (file === undefined) throw new Error(`There is no profile of ${service} in ${dir}`);
  return JSON.parse(await readFile(join(dir, file), 'utf8')) as CpuProfile;
};

/** Runs a drain and an ingest once more under V8's profiler, apart from what is measured: it costs a fifth of the speed. */
export const profileServices = async (rig: Rig, dir: string): Promise<ServiceProfile[]> => {
  const [drainDir, ingestDir] = [join(dir, 'drain'), join(dir, 'ingest')];
  await mkdir(drainDir, { recursive: true });
  await mkdir(ingestDir, { recursive: true });
  await rig.settle();
  await drainPosthorn(rig, { deliveries: DELIVERIES }, { queues: 'redis', profileDir: drainDir });
  await rig.settle();
  const size = { connections: 64, batchSize: 1, warmUpMs: 2000, durationMs: 8000 };
  const { values } = await ingestPosthorn(rig, size, { queues: 'redis', profileDir: ingestDir });
  const [worker, ingest] = [await readProfile(drainDir, 'worker'), await readProfile(ingestDir, 'ingest')];
  return [
    {
      service: 'worker',
      doing: `a drain of ${DELIVERIES} deliveries`,
      areas: largestAreas(sumProfile(worker), SHOWN_FROM),
      steps: sumSteps(worker, WORKER_STEPS, DELIVERIES),
    },
    {
      service: 'ingest',
      doing: 'single events over 64 connections for 10 s',
      areas: largestAreas(sumProfile(ingest), SHOWN_FROM),
      steps: sumSteps(ingest, INGEST_STEPS, values['accepted'] ?? Number.NaN),
    },
  ];
};
