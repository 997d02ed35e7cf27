import { encodeId, type LastError } from '@posthorn/contracts';
import {
  type SqlDatabase,
  finishManualRetries,
  type LoadedDelivery,
  settleUnsent,
  type UnsentDelivery,
} from '@posthorn/database/sql';
import { createBatcher, type DeliveryMetrics, type Logger } from '@posthorn/runtime';

/** Ends deliveries that are not sent. */
export interface UnsentSettler {
  settle(
    delivery: LoadedDelivery,
    decision: { status: UnsentDelivery['status']; reason: string; lastError?: LastError },
    manualRetryId: string | undefined,
  ): Promise<void>;
  /** Ends a manual retry that makes no attempt; nothing when the job was not one. */
  finishRetry(manualRetryId: string | undefined): Promise<void>;
}

export const createUnsentSettler = (
  database: SqlDatabase,
  logger: Logger,
  metrics: Pick<DeliveryMetrics, 'settled'>,
): UnsentSettler => {
  const batcher = createBatcher<UnsentDelivery, void>({
    maxSize: 500,
    maxFlushes: 1,
    maxPending: Infinity,
    async flush(deliveries) {
      await settleUnsent(database, deliveries);
      return deliveries.map(() => undefined);
    },
  });
  const finishRetry = async (manualRetryId: string | undefined): Promise<void> => {
    if (manualRetryId !== undefined) await finishManualRetries(database, [manualRetryId]);
  };
  return {
    finishRetry,
    async settle(delivery, { status, reason, lastError }, manualRetryId) {
      const { id, webhookId } = delivery;
      await batcher.add({ id, status, lastError: lastError === undefined ? null : { webhookId, error: lastError } });
      await finishRetry(manualRetryId);
      metrics.settled.inc({ status });
      const ids = { deliveryId: encodeId('delivery', delivery.id), webhookId };
      logger.info({ ...ids, accountId: delivery.accountId, reason }, `delivery.${status}`);
    },
  };
};
