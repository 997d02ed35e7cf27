import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileServices } from './profile/profile-services.ts';
import { type BenchArguments, readArguments, USAGE } from './read-arguments.ts';
import type { Result } from './report/render-page.ts';
import { renderScenario } from './report/render-table.ts';
import { countFaults } from './report/summarize-samples.ts';
import { writePage } from './report/write-page.ts';
import { type Rig, startRig } from './rig/start-rig.ts';
import { runScenario } from './run-scenario.ts';
import type { Sample, Scenario } from './scenario.ts';
import { consolePages } from './scenarios/console.ts';
import { SCENARIOS } from './scenarios/list-scenarios.ts';

const tell = (line: string): void => console.error(line);

/** Found by scripts/bench.mjs. */
const chromium = process.env['POSTHORN_CHROMIUM'] ?? null;

const choose = (names: readonly string[]): Scenario[] | null => {
  if (names.some((name) => !SCENARIOS.some((scenario) => scenario.name === name))) return null;
  if (names.length > 0) return SCENARIOS.filter(({ name }) => names.includes(name));
  if (chromium === null) tell('console is left out: there is no Chromium on this machine (apt-get install chromium).');
  return SCENARIOS.filter((scenario) => scenario !== consolePages || chromium !== null);
};

/** One that breaks does not take the others with it: an hour of measuring would be lost. */
const runOne = async (rig: Rig, scenario: Scenario, { isQuick, ...args }: BenchArguments): Promise<Result> => {
  const rounds = args.rounds ?? (isQuick ? scenario.rounds.quick : scenario.rounds.full);
  const samples = new Map<string, Sample[]>();
  let error: string | null = null;
  try {
    await runScenario(rig, scenario, { isQuick, rounds, tell, samples });
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    tell(`${scenario.name} did not come to its end: ${error}`);
  }
  console.log(['', `## ${scenario.name}`, '', ...renderScenario(scenario, samples)].join('\n'));
  return { scenario, rounds, samples, error };
};

const args = readArguments(process.argv.slice(2));
const chosen = args === null ? null : choose(args.scenarios);
if (args === null || chosen === null) {
  console.error(`${USAGE}\n\nScenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const profileDir = args.isProfiled ? await mkdtemp(join(tmpdir(), 'posthorn-profiles-')) : null;
const rig = await startRig({ profileDir, chromium });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void rig.close().finally(() => process.exit(130)));
}

const results: Result[] = [];
try {
  for (const scenario of chosen) results.push(await runOne(rig, scenario, args));
  if (args.scenarios.length === 0 && !args.isQuick && !args.isProfiled) {
    await writePage(rig, results, await profileServices(rig, join(rig.dir, 'profiles')));
    console.log('\nWritten: docs/benchmarks.md');
  }
} finally {
  await rig.close();
}
if (profileDir !== null) console.log(`\nProfiles: ${profileDir}`);
const faulty = results.filter(({ samples, error }) => {
  const { lost, duplicates } = countFaults(samples);
  return error !== null || lost + duplicates > 0;
});
for (const { scenario, error } of faulty) {
  console.error(
    `${scenario.name}: ${error === null ? 'deliveries were lost or came twice' : 'did not come to its end'}`,
  );
}
process.exit(faulty.length > 0 ? 1 : 0);
