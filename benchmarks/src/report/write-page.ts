import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@posthorn/testing';
import type { ServiceProfile } from '../profile/profile-services.ts';
import type { Rig } from '../rig/start-rig.ts';
import { describeMachine } from './describe-machine.ts';
import { drawChart } from './draw-chart.ts';
import { renderPage, type Result } from './render-page.ts';

/** Writes docs/benchmarks.md and its charts. */
export const writePage = async (
  rig: Rig,
  results: readonly Result[],
  profiles: readonly ServiceProfile[],
): Promise<void> => {
  const docs = join(PROJECT_ROOT, 'docs');
  await mkdir(join(docs, 'benchmarks'), { recursive: true });
  for (const { scenario, samples } of results) {
    await writeFile(join(docs, 'benchmarks', `${scenario.name}.svg`), drawChart(scenario, samples));
  }
  await writeFile(join(docs, 'benchmarks.md'), renderPage(await describeMachine(rig), results, profiles));
};
