import type { Sample, Target } from '../scenario.ts';

/** Of the rounds of one contestant. NaN when nothing was measured. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return {
    median: ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
};

/** The samples of each contestant, by its name. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

export const spread = (samples: Samples, contestant: string, metric: string): Spread =>
  spreadOf((samples.get(contestant) ?? []).map(({ values }) => values[metric] ?? Number.NaN));

export interface Verdict {
  text: string;
  value: number;
  digits: number;
  met: boolean;
}

export const judgeTargets = (targets: readonly Target[], samples: Samples): Verdict[] =>
  targets.map(({ text, of, atLeast = -Infinity, atMost = Infinity, digits }) => {
    const value = of((contestant, metric) => spread(samples, contestant, metric).median);
    return { text, value, digits, met: value >= atLeast && value <= atMost };
  });

/** Over all rounds of all contestants. */
export const countFaults = (samples: Samples): { lost: number; duplicates: number } => {
  const all = [...samples.values()].flat();
  const sum = (key: 'lost' | 'duplicates'): number => all.reduce((total, sample) => total + sample[key], 0);
  return { lost: sum('lost'), duplicates: sum('duplicates') };
};
