import { encodeId } from '@posthorn/contracts';
import type { AttemptRecord, LoadedDelivery, RecordOutcome } from '@posthorn/database/sql';
import type { Logger } from '@posthorn/runtime';

/** One line an attempt: what an operator greps for when somebody asks where an event is. */
export const logAttempt = (
  logger: Logger,
  input: { delivery: LoadedDelivery; record: AttemptRecord; outcome: RecordOutcome; maxAttempts: number },
): void => {
  const { delivery, record, outcome, maxAttempts } = input;
  const line = {
    deliveryId: encodeId('delivery', delivery.id),
    eventId: encodeId('event', delivery.event.id),
    eventType: delivery.event.type,
    accountId: delivery.accountId,
    webhookId: record.webhookId,
    attempt: record.number ?? 'manual',
    maxAttempts,
    outcome: record.succeeded ? 'succeeded' : 'failed',
    status: record.response?.status,
    errorCode: record.error?.code,
    durationMs: record.durationMs,
    delivery: record.delivery?.status ?? delivery.status,
    retryInSeconds: record.delivery?.status === 'pending' ? Math.round(record.delivery.retryInMs / 1000) : undefined,
    // The delivery had moved on meanwhile: this attempt was made twice, or its webhook is gone.
    ...(outcome.applied || record.delivery === null ? {} : { stale: true }),
  };
  logger.info(line, 'delivery.attempted');
  if (outcome.switched !== null) {
    const { webhookId, eventId, deliveryId } = line;
    logger.info({ webhookId, reason: outcome.switched, eventId, deliveryId }, 'webhook.switched_off');
  }
};
