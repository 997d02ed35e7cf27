import type { AttemptRequest, AttemptTrigger } from '@posthorn/contracts';
import { uuidFloor, uuidTime } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';
import { readTimings, type StoredTimings } from '../statements/attempt-timings.ts';
import { type DeliveryRecord, selectDeliveries } from './delivery-record.ts';

export interface StoredAttempt {
  id: string;
  trigger: AttemptTrigger;
  number: number | null;
  startedAt: Date;
  durationMs: number;
  /** Null when it was recorded by a version that did not measure them. */
  timings: StoredTimings | null;
  succeeded: boolean;
  errorCode: string | null;
  errorMessage: string | null;
  request: AttemptRequest;
  /** null when no complete answer came. */
  status: number | null;
  responseHeaders: Record<string, string | string[]> | null;
  responseBody: string | null;
  responseCut: boolean;
}

/** A delivery that somebody retries by hand again and again must not grow its answer without end. */
const MAX_ATTEMPTS_SHOWN = 1000;

/** A delivery of an account; null when it does not exist or is another account's. One look-up by primary key. */
export const findDelivery = async (
  { prisma }: Database,
  { id, accountId }: { id: string; accountId: number },
): Promise<DeliveryRecord | null> => {
  const [row] = await prisma.$queryRaw<DeliveryRecord[]>`
    ${selectDeliveries} WHERE d.id = ${id}::uuid AND d.account_id = ${accountId}::int`;
  return row ?? null;
};

/**
 * The attempts of a delivery, oldest first (the last 1000 when there are more). Served by attempts_delivery_id_idx; no
 * attempt is older than its delivery, so the partitions of the days before are not looked at.
 */
export const listAttempts = async ({ prisma }: Database, deliveryId: string): Promise<StoredAttempt[]> => {
  const rows = await prisma.$queryRaw<(Omit<StoredAttempt, 'timings'> & { timings: string | null })[]>`
    SELECT id::text AS id, trigger, number, started_at AS "startedAt", duration_ms AS "durationMs", succeeded,
           error_code AS "errorCode", error_message AS "errorMessage", request, status,
           response_headers AS "responseHeaders", response_body AS "responseBody", response_cut AS "responseCut",
           timings
    FROM attempts
    WHERE delivery_id = ${deliveryId}::uuid AND id >= ${uuidFloor(uuidTime(deliveryId))}::uuid
    ORDER BY started_at DESC, attempts.id DESC LIMIT ${MAX_ATTEMPTS_SHOWN}::int`;
  return rows.toReversed().map((row) => ({ ...row, timings: readTimings(row.timings) }));
};
