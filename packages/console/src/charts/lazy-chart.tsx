import { lazy, Suspense } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';
import type { ChartProps } from './chart.tsx';

const Chart = lazy(() => import('./chart.tsx'));

/** The library that draws comes when the first chart is shown, and not before. */
export const LazyChart = (props: ChartProps) => (
  <Suspense fallback={<Skeleton lines={5} label="Loading chart" />}>
    <Chart {...props} />
  </Suspense>
);
