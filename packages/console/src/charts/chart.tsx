import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import type { StatsPoint } from '../api/types.ts';
import { formatAbsolute } from '../format/moments.ts';
import { Moment } from '../ui/bits.tsx';
import { Table } from '../ui/table.tsx';
import { type DrawnChart, drawChart } from './draw-chart.ts';
import { type ChartKind, describeChart, eventfulPoints } from './series.ts';

export interface ChartProps {
  kind: ChartKind;
  points: readonly StatsPoint[];
}

const MOST_ROWS = 200;

const ChartRows = ({ kind, points }: ChartProps) => {
  const rows = eventfulPoints(kind, points).toReversed();
  if (rows.length === 0) return <p className="muted">Nothing happened in this time.</p>;
  return (
    <>
      <Table
        label={kind.title}
        items={rows.slice(0, MOST_ROWS)}
        keyOf={({ at }) => at}
        columns={[
          { header: 'Time', cell: ({ at }) => <Moment at={at} /> },
          ...kind.series.map(({ label, of }) => ({
            header: label,
            isNumber: true,
            cell: (point: StatsPoint) => {
              const value = of(point);
              return value === null ? '–' : kind.format(value);
            },
          })),
        ]}
      />
      {rows.length > MOST_ROWS && <p className="muted">The latest {MOST_ROWS} rows are shown.</p>}
    </>
  );
};

/** The same as a table, for people who do not see a canvas, and for those who want figures: made when it is opened. */
const ChartTable = (props: ChartProps) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{props.kind.title} as a table</summary>
      {isOpen && <ChartRows {...props} />}
    </details>
  );
};

/** Lines over time, with a legend in words and a table behind it. */
const Chart = ({ kind, points }: ChartProps) => {
  const holder = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnChart | null>(null);
  const latest = useRef(points);
  const [pointed, setPointed] = useState<StatsPoint | null>(null);

  useEffect(() => {
    latest.current = points;
    drawn.current?.update(points);
  }, [points]);
  useEffect(() => {
    if (holder.current === null) return undefined;
    const chart = drawChart(holder.current, { kind, points: latest.current, onPoint: setPointed });
    drawn.current = chart;
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, [kind]);

  return (
    <figure className="chart">
      <div ref={holder} role="img" aria-label={describeChart(kind, points)} />
      <figcaption className="legend">
        {kind.series.map(({ label, colour, of }) => {
          const value = pointed === null ? null : of(pointed);
          return (
            <span key={label}>
              <span className={`swatch colour-chart-${colour}`} aria-hidden="true" /> {label}
              {value !== null && <b> {kind.format(value)}</b>}
            </span>
          );
        })}
        {pointed !== null && <span className="muted">{formatAbsolute(pointed.at)}</span>}
      </figcaption>
      <ChartTable kind={kind} points={points} />
    </figure>
  );
};

export default Chart;
