import type { DeliveryStatus, WebhookState } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import { newId } from '../new-id.ts';

/** What became of a wish to retry. Only `accepted` stored something. */
export type RetryRequest =
  | { outcome: 'accepted'; retryId: string; /** Shard of the delivery queues. */ shard: number }
  | { outcome: 'unknown' }
  | { outcome: 'discarded' }
  | { outcome: 'not_active'; state: WebhookState };

/**
 * Stores a manual retry, apart from the automatic schedule, which it never touches. Whoever calls enqueues it then; the
 * scheduler does so when nothing has finished it within `leaseSeconds`.
 */
export const requestRetry = async (
  { prisma }: Database,
  input: { deliveryId: string; accountId: number; requestedBy: string; leaseSeconds: number },
): Promise<RetryRequest> => {
  const { deliveryId, accountId, requestedBy, leaseSeconds } = input;
  // Both by primary key.
  const [found] = await prisma.$queryRaw<{ status: DeliveryStatus; shard: number; state: WebhookState | null }[]>`
    SELECT d.status, coalesce(d.shard, 0) AS shard, w.state FROM deliveries d LEFT JOIN webhooks w ON w.id = d.webhook_id
    WHERE d.id = ${deliveryId}::uuid AND d.account_id = ${accountId}::int`;
  if (found === undefined) return { outcome: 'unknown' };
  if (found.status === 'discarded' || found.state === null) return { outcome: 'discarded' };
  if (found.state !== 'Active') return { outcome: 'not_active', state: found.state };
  const retryId = newId();
  await prisma.$executeRaw`
    INSERT INTO manual_retries (id, delivery_id, account_id, requested_by, wake_at)
    VALUES (${retryId}::uuid, ${deliveryId}::uuid, ${accountId}::int, ${requestedBy},
            now() + make_interval(secs => ${leaseSeconds}::float8))`;
  return { outcome: 'accepted', retryId, shard: found.shard };
};
