import type { DeliveryStatus } from '@posthorn/contracts';
import { type Database, Prisma } from '../connect-database.ts';
import { type DeliveryRecord, selectDeliveries } from './delivery-record.ts';

export interface DeliveryFilter {
  status?: DeliveryStatus | undefined;
  /** Type of the event, exact. */
  eventType?: string | undefined;
}

/**
 * Deliveries of a webhook with ids below `beforeId`, newest first. One query: deliveries_webhook_id_id_idx of each
 * partition gives them in order, events are joined by primary key. Filters are applied to what the index gives: a filter
 * that matches little reads much.
 */
export const listDeliveries = (
  { prisma }: Database,
  input: DeliveryFilter & { webhookId: number; accountId: number; beforeId: string | null; limit: number },
): Promise<DeliveryRecord[]> => {
  const { webhookId, accountId, beforeId, limit, status, eventType } = input;
  const filters = [
    Prisma.sql`d.webhook_id = ${webhookId}::int AND d.account_id = ${accountId}::int`,
    ...(beforeId === null ? [] : [Prisma.sql`d.id < ${beforeId}::uuid`]),
    ...(status === undefined ? [] : [Prisma.sql`d.status = ${status}`]),
    ...(eventType === undefined ? [] : [Prisma.sql`e.type = ${eventType}`]),
  ];
  return prisma.$queryRaw<DeliveryRecord[]>`
    ${selectDeliveries} WHERE ${Prisma.join(filters, ' AND ')} ORDER BY d.id DESC LIMIT ${limit}::int`;
};
