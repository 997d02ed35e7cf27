import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments, USAGE } from './read-arguments.ts';
import { renderScenario } from './report/render-table.ts';
import { countFaults } from './report/summarize-samples.ts';
import { startRig } from './rig/start-rig.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios/list-scenarios.ts';

const args = readArguments(process.argv.slice(2));
const chosen = SCENARIOS.filter(({ name }) => args?.scenarios.length === 0 || args?.scenarios.includes(name));
const unknown = args?.scenarios.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name)) ?? [];
if (args === null || unknown.length > 0) {
  console.error(`${USAGE}\n\nScenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const { isQuick, isProfiled } = args;
const profileDir = isProfiled ? await mkdtemp(join(tmpdir(), 'posthorn-profiles-')) : null;
const tell = (line: string): void => console.error(line);
const rig = await startRig({ profileDir });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void rig.close().finally(() => process.exit(130)));
}

let faults = 0;
try {
  for (const scenario of chosen) {
    const rounds = args.rounds ?? (isQuick ? scenario.rounds.quick : scenario.rounds.full);
    const samples = await runScenario(rig, scenario, { isQuick, rounds, tell });
    const { lost, duplicates } = countFaults(samples);
    faults += lost + duplicates;
    console.log(['', `## ${scenario.name}`, '', ...renderScenario(scenario, samples)].join('\n'));
  }
} finally {
  await rig.close();
}
if (profileDir !== null) console.log(`\nProfiles: ${profileDir}`);
if (faults > 0) console.error(`\n${faults} deliveries were lost or came twice.`);
process.exit(faults > 0 ? 1 : 0);
