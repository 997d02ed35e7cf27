import type { Prisma } from '../connect-database.ts';
import type { WebhookKey } from './webhook-record.ts';

/**
 * First statement of every transaction that may change the state of a webhook: the row of webhook_health is locked before
 * the row of webhooks, here as in the worker that records attempts, so that the two can never wait for each other.
 */
export const lockHealth = async (tx: Prisma.TransactionClient, { id, accountId }: WebhookKey): Promise<void> => {
  await tx.$queryRaw`
    SELECT h.webhook_id FROM webhook_health h JOIN webhooks w ON w.id = h.webhook_id
    WHERE h.webhook_id = ${id}::int AND w.account_id = ${accountId}::int
    FOR UPDATE OF h`;
};
