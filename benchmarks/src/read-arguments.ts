import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Names of scenarios; none means all. */
  scenarios: string[];
  isQuick: boolean;
  /** Rounds instead of those of each scenario. */
  rounds: number | undefined;
  /** Keep .cpuprofile files of the services. */
  isProfiled: boolean;
}

export const USAGE = `Usage: npm run bench -- [SCENARIO …] [--quick] [--rounds N] [--profile]

Without a scenario all of them run, and docs/benchmarks.md is written. With some, or with --quick, nothing is written.
  --quick     small sizes, one or two rounds
  --rounds N  so many rounds of each contestant
  --profile   keeps the CPU profiles of the services in a folder that is named at the end`;

/** @returns null when they make no sense. */
export const readArguments = (args: readonly string[]): BenchArguments | null => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, rounds: { type: 'string' }, profile: { type: 'boolean' } },
    });
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= 100)) return null;
    return {
      scenarios: positionals,
      isQuick: values.quick === true,
      rounds,
      isProfiled: values.profile === true,
    };
  } catch {
    return null;
  }
};
