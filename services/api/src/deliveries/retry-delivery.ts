import { encodeId, PosthornError, type RetryAccepted } from '@posthorn/contracts';
import { type Author, requestRetry } from '@posthorn/database';
import { jobsLeftToScheduler } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch } from '../http/read-input.ts';

const DEFAULT_LEASE_SECONDS = 60;

/**
 * Asks for one more attempt of a delivery, whatever its automatic schedule does. Accepted means stored: the row comes
 * first, and when enqueueing it fails the scheduler does that, so the answer is the same.
 * @throws PosthornError `not_found`, `webhook_not_active`, `delivery_discarded`
 */
export const retryDelivery = async (
  deps: Pick<ApiDeps, 'database' | 'enqueueManualRetry' | 'logger' | 'telemetry' | 'queueLeaseSeconds'>,
  { deliveryId, accountId, author }: { deliveryId: string; accountId: number; author: Author },
): Promise<RetryAccepted> => {
  const leaseSeconds = deps.queueLeaseSeconds ?? DEFAULT_LEASE_SECONDS;
  const verdict = await requestRetry(deps.database, { deliveryId, accountId, author, leaseSeconds });
  switch (verdict.outcome) {
    case 'unknown':
      throw noSuch('delivery');
    case 'discarded':
      throw new PosthornError('delivery_discarded', 'The delivery was discarded: its webhook is gone or cannot run.');
    case 'not_active':
      throw new PosthornError('webhook_not_active', `The webhook is ${verdict.state}: set its state to Active first.`);
    case 'accepted':
  }
  const { retryId, shard } = verdict;
  try {
    await deps.enqueueManualRetry({ retryId, deliveryId, shard });
  } catch (error) {
    jobsLeftToScheduler(deps.telemetry.registry).inc({ from: 'manual_retry' });
    deps.logger.warn({ err: error, retryId, deliveryId }, 'retry.enqueue_failed');
  }
  return { id: encodeId('retry', retryId), deliveryId: encodeId('delivery', deliveryId) };
};
