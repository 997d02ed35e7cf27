import { type DeliveryStatus, encodeId, type WebhookState } from '@posthorn/contracts';
import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
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
  input: { deliveryId: string; accountId: number; author: Author; leaseSeconds: number },
): Promise<RetryRequest> => {
  const { deliveryId, accountId, author, leaseSeconds } = input;
  // Both by primary key.
  const [found] = await prisma.$queryRaw<{ status: DeliveryStatus; shard: number; state: WebhookState | null }[]>`
    SELECT d.status, coalesce(d.shard, 0) AS shard, w.state FROM deliveries d LEFT JOIN webhooks w ON w.id = d.webhook_id
    WHERE d.id = ${deliveryId}::uuid AND d.account_id = ${accountId}::int`;
  if (found === undefined) return { outcome: 'unknown' };
  if (found.status === 'discarded' || found.state === null) return { outcome: 'discarded' };
  if (found.state !== 'Active') return { outcome: 'not_active', state: found.state };
  const retryId = newId();
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`
    INSERT INTO manual_retries (id, delivery_id, account_id, requested_by, wake_at)
    VALUES (${retryId}::uuid, ${deliveryId}::uuid, ${accountId}::int, ${author.name},
            now() + make_interval(secs => ${leaseSeconds}::float8))`;
    const target = { type: 'delivery', id: encodeId('delivery', deliveryId) } as const;
    await writeAuditEntry(tx, author, { accountId, action: 'delivery.retry', target });
  });
  return { outcome: 'accepted', retryId, shard: found.shard };
};
