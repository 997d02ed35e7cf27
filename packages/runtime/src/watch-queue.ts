import type { Registry } from 'prom-client';
import type { Logger } from './create-logger.ts';
import { createQueueMetrics } from './metrics/queue-metrics.ts';

/** Log lines and metrics for one side of the queue, whose connections come and go by themselves. */
export const watchQueue = (logger: Logger, registry: Registry, side: 'producer' | 'consumer') => {
  const { connected, mayDropJobs } = createQueueMetrics(registry);
  connected.set({ side }, 1);
  return {
    onLost(error: Error) {
      connected.set({ side }, 0);
      logger.warn({ side, reason: error.message || (error as { code?: string }).code }, 'queue.connection_lost');
    },
    onBack() {
      connected.set({ side }, 1);
      logger.info({ side }, 'queue.connection_back');
    },
    onEvicting(node: string, policy: string) {
      mayDropJobs.inc();
      const hint = 'set maxmemory-policy to noeviction: a job that Redis drops is made again only after its lease';
      logger.warn({ node, policy, hint }, 'queue.may_drop_jobs');
    },
  };
};
