import { Registry } from 'prom-client';
import { addressRefusals } from './address-refusals.ts';
import { showBuild } from './collect-process-metrics.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { createNoticeMetrics } from './notice-metrics.ts';
import { createPublishingMetrics, eventsRefused, jobsLeftToScheduler } from './publishing-metrics.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import { createBacklogMetrics, createScheduleMetrics } from './schedule-metrics.ts';
import { showClockSkew } from './show-clock-skew.ts';
import { watchPool } from './watch-pool.ts';

/** A metric as an operator's table shows it. */
export interface MetricDescription {
  name: string;
  type: string;
  labels: readonly string[];
  help: string;
  /** The services that have it; standalone has all of them. */
  services: readonly string[];
}

const ALL = ['api', 'ingest', 'worker', 'scheduler', 'notifier'];

/** Who registers what, in the order of an event's way. */
const SOURCES: readonly { services: readonly string[]; register(registry: Registry): void }[] = [
  { services: ['api', 'ingest'], register: (registry) => void createPublishingMetrics(registry) },
  { services: ['api', 'ingest'], register: (registry) => void eventsRefused(registry) },
  {
    services: ['worker'],
    register: (registry) =>
      void createDeliveryMetrics(registry, ['first', 'retry'], {
        inFlight: () => 0,
        slots: () => 0,
        unrecorded: () => 0,
      }),
  },
  { services: ['api', 'worker'], register: (registry) => void addressRefusals(registry) },
  { services: ['api', 'ingest', 'worker'], register: (registry) => void jobsLeftToScheduler(registry) },
  { services: ['scheduler'], register: (registry) => void createScheduleMetrics(registry) },
  { services: ['scheduler'], register: (registry) => void createBacklogMetrics(registry) },
  { services: ['worker', 'scheduler'], register: (registry) => showClockSkew(registry, () => 0) },
  { services: ['notifier'], register: (registry) => void createNoticeMetrics(registry) },
  { services: ['api', 'ingest'], register: (registry) => void createHttpMetrics(registry) },
  {
    services: ['api', 'ingest', 'worker', 'scheduler'],
    register: (registry) => void createQueueMetrics(registry),
  },
  {
    services: ALL,
    register: (registry) => watchPool(registry, () => ({ size: 0, idle: 0, busy: 0, waiting: 0 })),
  },
  { services: ALL, register: (registry) => showBuild(registry, 'list') },
];

/** What prom-client keeps of a metric beyond its declared type. */
interface Registered {
  name: string;
  help: string;
  type: string;
  labelNames: readonly string[];
}

/** Every metric of ours that a service shows, once, with all services that have it. */
export const listMetrics = (): MetricDescription[] => {
  const found = new Map<string, MetricDescription>();
  for (const { services, register } of SOURCES) {
    const registry = new Registry();
    register(registry);
    for (const metric of registry.getMetricsAsArray() as unknown as Registered[]) {
      const { name, type, labelNames: labels, help } = metric;
      const all = new Set([...(found.get(name)?.services ?? []), ...services]);
      found.set(name, { name, type, labels, help, services: ALL.filter((service) => all.has(service)) });
    }
  }
  return [...found.values()];
};
