import type { Registry } from 'prom-client';
import { makeGauge } from './make-metric.ts';

/** Shows how wrong the clock of a process is. In `worker` and `scheduler`, which work by the time. */
export const showClockSkew = (registry: Registry, skewSeconds: () => number): void => {
  makeGauge(registry, {
    name: 'posthorn_clock_skew_seconds',
    help: 'How far the clock of this process is ahead of that of PostgreSQL; negative when it is behind. Beyond 15 s, or half of WORKER_LOCK_SECONDS, it takes no work.',
    collect: (gauge) => gauge.set(skewSeconds()),
  });
};
