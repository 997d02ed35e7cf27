import type { Registry } from 'prom-client';
import { makeGauge } from './make-metric.ts';

/** How a process stands with the queue. In all services that use it. */
export const createQueueMetrics = (registry: Registry) => ({
  connected: makeGauge(registry, {
    name: 'posthorn_queue_connected',
    help: 'Whether the queue answers this process (1) or is away (0): the `producer`, and in workers the `consumer`.',
    labels: ['side'],
  }),
  mayDropJobs: makeGauge(registry, {
    name: 'posthorn_queue_may_drop_jobs',
    help: 'Servers of Redis whose `maxmemory-policy` was not noeviction when this process connected.',
  }),
});
