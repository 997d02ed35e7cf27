import { uuidFloor, uuidTime } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';
import { type DeliveryRecord, selectDeliveries } from '../deliveries/delivery-record.ts';

export interface EventRecord {
  id: string;
  type: string;
  /** JSON text as it was published. */
  data: string;
  occurredAt: Date;
  idempotencyKey: string | null;
}

/** An event of an account; null when it does not exist or is another account's. One look-up by primary key. */
export const findEvent = async (
  { prisma }: Database,
  { id, accountId }: { id: string; accountId: number },
): Promise<EventRecord | null> => {
  const [row] = await prisma.$queryRaw<EventRecord[]>`
    SELECT id::text AS id, type, data::text AS data, occurred_at AS "occurredAt", idempotency_key AS "idempotencyKey"
    FROM events WHERE id = ${id}::uuid AND account_id = ${accountId}::int`;
  return row ?? null;
};

/**
 * The deliveries of an event. There is no index on event_id: a delivery's id has the millisecond of its event, so they are
 * a range of the primary key, in one partition, and the range holds what was published in that millisecond.
 */
export const listEventDeliveries = ({ prisma }: Database, eventId: string): Promise<DeliveryRecord[]> => {
  const timeMs = uuidTime(eventId);
  return prisma.$queryRaw<DeliveryRecord[]>`
    ${selectDeliveries}
    WHERE d.id >= ${uuidFloor(timeMs)}::uuid AND d.id < ${uuidFloor(timeMs + 1)}::uuid AND d.event_id = ${eventId}::uuid
    ORDER BY d.id`;
};
