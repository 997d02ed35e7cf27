import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a metric is. The help says what it means to an operator: docs/operations.md is generated from it. */
export interface MetricOptions<L extends string> {
  name: string;
  help: string;
  labels?: readonly L[];
}

/**
 * Seconds, from a statement that takes a millisecond to an attempt at its longest deadline (60 s): what is slower than
 * that has no answer.
 */
export const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

/** Items in a batch. */
export const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The metric of this name in the registry: parts of one process that count the same thing share it. */
const once = <M>(registry: Registry, name: string, make: () => M): M =>
  (registry.getSingleMetric(name) as M | undefined) ?? make();

export const makeCounter = <L extends string = never>(
  registry: Registry,
  { name, help, labels = [] }: MetricOptions<L>,
): Counter<L> => once(registry, name, () => new Counter({ name, help, labelNames: labels, registers: [registry] }));

export const makeGauge = <L extends string = never>(
  registry: Registry,
  { name, help, labels = [], collect }: MetricOptions<L> & { collect?: (gauge: Gauge<L>) => void },
): Gauge<L> =>
  once(
    registry,
    name,
    () =>
      new Gauge<L>({
        name,
        help,
        labelNames: labels,
        registers: [registry],
        ...(collect === undefined
          ? {}
          : {
              collect() {
                collect(this);
              },
            }),
      }),
  );

export const makeHistogram = <L extends string = never>(
  registry: Registry,
  { name, help, labels = [], buckets = DURATION_BUCKETS }: MetricOptions<L> & { buckets?: readonly number[] },
): Histogram<L> =>
  once(
    registry,
    name,
    () => new Histogram({ name, help, labelNames: labels, registers: [registry], buckets: [...buckets] }),
  );

/** A series that is there from the start with 0: the first count is then an increase, and an alert on it fires. */
export const startAtZero = <L extends string>(counter: Counter<L>, label: L, values: readonly string[]): void => {
  for (const value of values) counter.inc({ [label]: value } as Record<L, string>, 0);
};
