import type { Rig } from './rig/start-rig.ts';

/** What one run of one contestant gave. Everything is counted at the receiver. */
export interface Sample {
  values: Readonly<Record<string, number>>;
  lost: number;
  duplicates: number;
  /** For whoever watches: what a figure alone does not say. */
  notes?: readonly string[];
}

/** A way to do the work: Posthorn, or a baseline. */
export interface Contestant<S> {
  name: string;
  /** One sentence for people. */
  what: string;
  run(rig: Rig, size: S): Promise<Sample>;
}

export interface Metric {
  /** Key in `Sample.values`. */
  key: string;
  label: string;
  unit: string;
  digits: number;
}

/** The median of a metric of a contestant; NaN when there is none. */
export type MedianOf = (contestant: string, metric: string) => number;

export interface Target {
  /** What must hold, with its limit: `at least 0.7 × bare`. */
  text: string;
  /** The figure that is held against the limit. */
  of(median: MedianOf): number;
  atLeast?: number;
  atMost?: number;
  digits: number;
}

export interface ScenarioOptions<S> {
  name: string;
  /** What is measured and how, for people. */
  what: string;
  sizes: { full: S; quick: S };
  /** How often each contestant runs; they take turns. */
  rounds: { full: number; quick: number };
  metrics: readonly Metric[];
  /** Keys of the metrics that the chart shows, which have one unit. */
  chart: readonly string[];
  contestants: readonly Contestant<S>[];
  targets: readonly Target[];
}

export interface Scenario extends Omit<ScenarioOptions<never>, 'sizes' | 'contestants'> {
  contestants: readonly {
    name: string;
    what: string;
    run(rig: Rig, isQuick: boolean): Promise<Sample>;
  }[];
  /** Its sizes as JSON, for the page. */
  sizes: { full: string; quick: string };
}

/** Closes over the type of the sizes, so that scenarios of all kinds can be in one list. */
export const defineScenario = <S>({ sizes, contestants, ...rest }: ScenarioOptions<S>): Scenario => ({
  ...rest,
  sizes: { full: JSON.stringify(sizes.full), quick: JSON.stringify(sizes.quick) },
  contestants: contestants.map(({ name, what, run }) => ({
    name,
    what,
    run: (rig, isQuick) => run(rig, isQuick ? sizes.quick : sizes.full),
  })),
});
