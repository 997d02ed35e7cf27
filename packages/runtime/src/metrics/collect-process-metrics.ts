import { VERSION } from '@posthorn/contracts';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { makeGauge } from './make-metric.ts';

/** Which component of which version a process is. In every service. */
export const showBuild = (registry: Registry, component: string): void => {
  makeGauge(registry, {
    name: 'posthorn_build_info',
    help: 'Always 1; says which component of which version a process is.',
    labels: ['component', 'version'],
  }).set({ component, version: VERSION }, 1);
};

/**
 * CPU, memory, file descriptors, garbage collection and event loop lag, under the names that every dashboard for Node
 * knows: `process_…` and `nodejs_…`. In every service.
 */
export const collectProcessMetrics = (registry: Registry): void => collectDefaultMetrics({ register: registry });
