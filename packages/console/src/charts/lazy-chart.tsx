import { lazy, Suspense } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';
import type { ChartProps } from './chart.tsx';

const load = () => import('./chart.tsx');

const Chart = lazy(load);

// At once, beside the figures that it will draw. Where it fails, the first chart tries again and says so.
load().catch(() => {});

/** The library that draws comes with the first page that shows a chart, and not before. */
export const LazyChart = (props: ChartProps) => (
  <Suspense fallback={<Skeleton lines={5} label="Loading chart" />}>
    <Chart {...props} />
  </Suspense>
);
