import { VERSION } from '@posthorn/contracts';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { makeGauge } from './make-metric.ts';

/**
 * CPU, memory, file descriptors, garbage collection and event loop lag, under the names that every dashboard for Node
 * knows (`process_…`, `nodejs_…`), and which component of which version this process is. In every service.
 */
export const collectProcessMetrics = (registry: Registry, component: string): void => {
  collectDefaultMetrics({ register: registry });
  makeGauge(registry, {
    name: 'posthorn_build_info',
    help: 'Always 1; says which component of which version a process is.',
    labels: ['component', 'version'],
  }).set({ component, version: VERSION }, 1);
};
