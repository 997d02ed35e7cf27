import type { DeliverableWebhook } from '@posthorn/contracts';
import {
  type SqlDatabase,
  type Encryption,
  loadDeliverableWebhooks,
  loadDeliveries,
  type LoadedDelivery,
  type LoadedRetry,
  loadRetries,
} from '@posthorn/database/sql';
import { createBatcher, type DeliveryMetrics } from '@posthorn/runtime';
import { LRUCache } from 'lru-cache';

/** Loads what a job needs; concurrent calls share a query. */
export interface JobLoader {
  /** Undefined when the delivery does not exist any more. */
  delivery(id: string): Promise<LoadedDelivery | undefined>;
  /** Undefined when the manual retry is over. */
  retry(id: string): Promise<LoadedRetry | undefined>;
  /**
   * The webhook in this version. Its copy in memory is right as long as the version is: every change counts it up, and the
   * version comes with each delivery. Undefined when it was deleted meanwhile.
   */
  webhook(id: number, version: number): Promise<DeliverableWebhook | undefined>;
}

/** Webhooks kept in memory: about 2 kB each. */
const MAX_CACHED = 20_000;
const MAX_BATCH = 200;
const MAX_QUERIES = 3;

const isFresh = (webhook: DeliverableWebhook | undefined, version: number): webhook is DeliverableWebhook =>
  webhook !== undefined &&
  webhook.version >= version &&
  (webhook.freshUntil === null || webhook.freshUntil.getTime() > Date.now());

export const createJobLoader = (
  database: SqlDatabase,
  encryption: Encryption,
  metrics: Pick<DeliveryMetrics, 'loadSeconds' | 'loadBatch'>,
): JobLoader => {
  const cache = new LRUCache<number, DeliverableWebhook>({ max: MAX_CACHED });

  const deliveries = createBatcher<string, LoadedDelivery | undefined>({
    maxSize: MAX_BATCH,
    maxFlushes: MAX_QUERIES,
    // Bounded by the number of jobs that run, which wait for their turn here.
    maxPending: Infinity,
    async flush(ids) {
      const stop = metrics.loadSeconds.startTimer();
      const found = await loadDeliveries(database, ids);
      stop();
      metrics.loadBatch.observe(ids.length);
      return ids.map((id) => found.get(id));
    },
  });

  const retries = createBatcher<string, LoadedRetry | undefined>({
    maxSize: MAX_BATCH,
    maxFlushes: MAX_QUERIES,
    maxPending: Infinity,
    async flush(ids) {
      const found = await loadRetries(database, ids);
      return ids.map((id) => found.get(id));
    },
  });

  const webhooks = createBatcher<number, DeliverableWebhook | undefined>({
    maxSize: MAX_BATCH,
    maxFlushes: 1,
    maxPending: Infinity,
    async flush(ids) {
      const found = await loadDeliverableWebhooks(database, encryption, [...new Set(ids)]);
      for (const webhook of found.values()) cache.set(webhook.id, webhook);
      return ids.map((id) => found.get(id));
    },
  });

  return {
    delivery: (id) => deliveries.add(id),
    retry: (id) => retries.add(id),
    async webhook(id, version) {
      const cached = cache.get(id);
      return isFresh(cached, version) ? cached : webhooks.add(id);
    },
  };
};
