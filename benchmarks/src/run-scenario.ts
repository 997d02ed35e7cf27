import { formatNumber } from './report/format-number.ts';
import type { Rig } from './rig/start-rig.ts';
import type { Sample, Scenario } from './scenario.ts';

export interface RunOptions {
  isQuick: boolean;
  rounds: number;
  /** Told of what goes on. */
  tell(line: string): void;
  /** Takes the samples as they come, by contestant. */
  samples: Map<string, Sample[]>;
}

const describeSample = (scenario: Scenario, { values, lost, duplicates }: Sample): string => {
  const parts = scenario.metrics
    .filter(({ key }) => !Number.isNaN(values[key] ?? Number.NaN))
    .map(({ key, label, unit, digits }) =>
      `${label} ${formatNumber(values[key] ?? Number.NaN, digits)} ${unit}`.trim(),
    );
  const faults = lost + duplicates === 0 ? [] : [`LOST ${lost}, DUPLICATES ${duplicates}`];
  return [...parts, ...faults].join(', ');
};

/** The contestants take turns, and every other round in the opposite order: what the machine does besides hits all. */
export const runScenario = async (rig: Rig, scenario: Scenario, options: RunOptions): Promise<void> => {
  const { isQuick, rounds, tell, samples } = options;
  for (let round = 1; round <= rounds; round += 1) {
    const turn = round % 2 === 1 ? scenario.contestants : scenario.contestants.toReversed();
    for (const { name, run } of turn) {
      await rig.settle();
      const sample = await run(rig, isQuick);
      samples.set(name, [...(samples.get(name) ?? []), sample]);
      tell(`${scenario.name} ${round}/${rounds} ${name}: ${describeSample(scenario, sample)}`);
      for (const note of sample.notes ?? []) tell(`  ${note}`);
    }
  }
};
