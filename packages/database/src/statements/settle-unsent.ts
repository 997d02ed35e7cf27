import type { Database } from '../connect-database.ts';

/** A delivery that ends without an attempt: `held` while its webhook is not Active, `discarded` when it can never run. */
export interface UnsentDelivery {
  id: string;
  status: 'held' | 'discarded';
}

/** By primary key; rows in the order of their ids, so that two batches never lock each other out. */
const SETTLE = `
UPDATE deliveries d
SET status = t.status, due_at = NULL, wake_at = NULL, settled_at = CASE WHEN t.status = 'discarded' THEN now() END
FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) AS u(id, status) ORDER BY id) t
WHERE d.id = t.id AND d.status = 'pending'`;

/** Takes deliveries out of the pipeline. Those that are no longer pending stay as they are. */
export const settleUnsent = async ({ prisma }: Database, deliveries: readonly UnsentDelivery[]): Promise<void> => {
  await prisma.$executeRawUnsafe(
    SETTLE,
    deliveries.map((delivery) => delivery.id),
    deliveries.map((delivery) => delivery.status),
  );
};

/** By primary key. */
const FINISH_RETRIES = `UPDATE manual_retries SET finished = now() WHERE id = ANY($1::uuid[]) AND finished IS NULL`;

/** Ends manual retries that made no attempt, because their delivery cannot be sent any more. */
export const finishManualRetries = async ({ prisma }: Database, ids: readonly string[]): Promise<void> => {
  await prisma.$executeRawUnsafe(FINISH_RETRIES, [...ids]);
};
