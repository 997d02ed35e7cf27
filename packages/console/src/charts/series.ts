import type { StatsPoint } from '../api/types.ts';
import { formatMs, formatShort } from '../format/numbers.ts';

export interface Series {
  label: string;
  /** Which of the chart colours, 1 to 4. */
  colour: 1 | 2 | 3 | 4;
  of: (point: StatsPoint) => number | null;
}

export interface ChartKind {
  title: string;
  series: readonly Series[];
  format: (value: number) => string;
  /** How a value of the whole range is made of its points, for the text beside the chart. */
  summary: 'sum' | 'most';
}

export const THROUGHPUT: ChartKind = {
  title: 'Throughput',
  format: formatShort,
  summary: 'sum',
  series: [
    { label: 'Accepted', colour: 1, of: ({ accepted }) => accepted },
    { label: 'Succeeded', colour: 2, of: ({ succeeded }) => succeeded },
    { label: 'Failed', colour: 3, of: ({ failed }) => failed },
    { label: 'Retried', colour: 4, of: ({ retried }) => retried },
  ],
};

export const LATENCY: ChartKind = {
  title: 'Attempt latency',
  format: formatMs,
  summary: 'most',
  series: [
    { label: 'p50', colour: 2, of: ({ latencyMs }) => latencyMs?.p50 ?? null },
    { label: 'p95', colour: 4, of: ({ latencyMs }) => latencyMs?.p95 ?? null },
    { label: 'p99', colour: 3, of: ({ latencyMs }) => latencyMs?.p99 ?? null },
  ],
};

export const HEALTH: ChartKind = {
  title: 'Attempts by outcome',
  format: formatShort,
  summary: 'sum',
  series: [
    { label: 'Succeeded', colour: 2, of: ({ succeeded }) => succeeded },
    { label: 'Failed', colour: 3, of: ({ failed }) => failed },
  ],
};

/** One sentence that says what the chart shows, for people who do not see it. */
export const describeChart = ({ title, series, format, summary }: ChartKind, points: readonly StatsPoint[]): string => {
  const parts = series.map(({ label, of }) => {
    const values = points.map(of).filter((value) => value !== null);
    if (values.length === 0) return `${label}: nothing`;
    const value = summary === 'sum' ? values.reduce((sum, one) => sum + one, 0) : Math.max(...values);
    return `${label}: ${summary === 'sum' ? '' : 'at most '}${format(value)}`;
  });
  return `${title}. ${parts.join(', ')}.`;
};

/** Points in which something happened; a table of hours of nothing helps nobody. */
export const eventfulPoints = ({ series }: ChartKind, points: readonly StatsPoint[]): StatsPoint[] =>
  points.filter((point) => series.some(({ of }) => (of(point) ?? 0) !== 0));
