import uPlot from 'uplot';
import type { StatsPoint } from '../api/types.ts';
import { formatTick } from '../format/moments.ts';
import type { ChartKind } from './series.ts';

const HEIGHT = 180;

/** A colour of the style sheet as a canvas takes it: computed, so that light and dark are decided. */
const colourOf = (holder: HTMLElement, name: string): string => {
  const probe = document.createElement('span');
  probe.className = `colour-${name}`;
  holder.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

/** Places of values that stand between gaps. */
const findLonely = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values).flatMap((value, at) =>
    value !== null && value !== undefined && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null
      ? [at]
      : [],
  );

const optionsOf = (holder: HTMLElement, kind: ChartKind): uPlot.Options => {
  const axis = {
    stroke: colourOf(holder, 'muted'),
    grid: { stroke: colourOf(holder, 'line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(200, holder.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, space: 60, values: (_chart, splits, _axis, _space, incr) => splits.map((at) => formatTick(at, incr)) },
      { ...axis, size: 56, values: (_chart, splits) => splits.map((value) => kind.format(value)) },
    ],
    series: [
      {},
      ...kind.series.map(({ label, colour }) => ({
        label,
        stroke: colourOf(holder, `chart-${colour}`),
        width: 1.5,
        // A value without neighbours has no line: it is a dot.
        points: { show: true, size: 4, filter: (chart: uPlot, at: number) => findLonely(chart.data[at] ?? []) },
        spanGaps: false,
      })),
    ],
  };
};

const dataOf = ({ series }: ChartKind, points: readonly StatsPoint[]): uPlot.AlignedData => [
  points.map(({ at }) => Date.parse(at) / 1000),
  ...series.map(({ of }) => points.map(of)),
];

export interface DrawnChart {
  update(points: readonly StatsPoint[]): void;
  remove(): void;
}

export interface DrawOptions {
  kind: ChartKind;
  points: readonly StatsPoint[];
  /** Told which point the pointer is on; null when it left. */
  onPoint: (point: StatsPoint | null) => void;
}

/** Draws a chart into an element, and follows its width and the theme. */
export const drawChart = (holder: HTMLElement, { kind, points, onPoint }: DrawOptions): DrawnChart => {
  let shown = points;
  const make = (): uPlot => {
    const options = optionsOf(holder, kind);
    const hooks = {
      setCursor: [
        ({ cursor }: uPlot) => onPoint((typeof cursor.idx === 'number' ? shown[cursor.idx] : undefined) ?? null),
      ],
    };
    return new uPlot({ ...options, hooks }, dataOf(kind, shown), holder);
  };
  let chart = make();
  const draw = (): void => {
    chart.destroy();
    chart = make();
  };
  const resized = new ResizeObserver(() => chart.setSize({ width: Math.max(200, holder.clientWidth), height: HEIGHT }));
  resized.observe(holder);
  const scheme = globalThis.matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', draw);
  globalThis.addEventListener('posthorn-theme', draw);
  return {
    update(next) {
      shown = next;
      chart.setData(dataOf(kind, next));
    },
    remove() {
      resized.disconnect();
      scheme.removeEventListener('change', draw);
      globalThis.removeEventListener('posthorn-theme', draw);
      chart.destroy();
    },
  };
};
