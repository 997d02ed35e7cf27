import type { LastError } from '@posthorn/contracts';
import type { SqlDatabase } from '../connect-sql.ts';
import type { SqlRunner } from '../run-sql.ts';

/** A delivery that ends without an attempt: `held` while its webhook is not Active, `discarded` when it can never run. */
export interface UnsentDelivery {
  id: string;
  status: 'held' | 'discarded';
  /** What the webhook will show as its last error; it is counted nowhere, for no attempt was made. */
  lastError: { webhookId: number; error: LastError } | null;
}

/** By primary key; rows in the order of their ids, so that two batches never lock each other out. */
const SETTLE = `
UPDATE deliveries d
SET status = t.status, due_at = NULL, wake_at = NULL, settled_at = CASE WHEN t.status = 'discarded' THEN now() END
FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) AS u(id, status) ORDER BY id) t
WHERE d.id = t.id AND d.status = 'pending'`;

/** By primary key, in order, before the rows of deliveries: as everybody locks them. */
const WRITE_LAST_ERRORS = `
WITH locked AS MATERIALIZED (
  SELECT h.webhook_id, t.error FROM unnest($1::int[], $2::text[]) AS t(webhook_id, error)
  JOIN webhook_health h ON h.webhook_id = t.webhook_id ORDER BY h.webhook_id FOR UPDATE OF h
)
UPDATE webhook_health h SET last_error = l.error::jsonb FROM locked l WHERE h.webhook_id = l.webhook_id`;

const settle = (sql: SqlRunner, deliveries: readonly UnsentDelivery[]): Promise<number> =>
  sql.$executeRawUnsafe(
    SETTLE,
    deliveries.map((delivery) => delivery.id),
    deliveries.map((delivery) => delivery.status),
  );

/** Takes deliveries out of the pipeline. Those that are no longer pending stay as they are. */
export const settleUnsent = async (
  { direct, transaction }: Pick<SqlDatabase, 'direct' | 'transaction'>,
  deliveries: readonly UnsentDelivery[],
): Promise<void> => {
  // The last one of each webhook.
  const lastErrors = new Map(
    deliveries.flatMap(({ lastError }) => (lastError === null ? [] : [[lastError.webhookId, lastError.error]])),
  );
  if (lastErrors.size === 0) {
    await settle(direct, deliveries);
    return;
  }
  await transaction(async (tx) => {
    const errors = [...lastErrors.values()].map((error) => JSON.stringify(error));
    await tx.$executeRawUnsafe(WRITE_LAST_ERRORS, [...lastErrors.keys()], errors);
    await settle(tx, deliveries);
  });
};

/** By primary key. */
const FINISH_RETRIES = `UPDATE manual_retries SET finished = now() WHERE id = ANY($1::uuid[]) AND finished IS NULL`;

/** Ends manual retries that made no attempt, because their delivery cannot be sent any more. */
export const finishManualRetries = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  ids: readonly string[],
): Promise<void> => {
  await direct.$executeRawUnsafe(FINISH_RETRIES, [...ids]);
};
