import type { DeliveryStatus } from '@posthorn/contracts';
import { Prisma } from '../connect-database.ts';

/** A delivery without its attempts. Ids are UUIDs. */
export interface DeliveryRecord {
  id: string;
  eventId: string;
  eventType: string;
  webhookId: number;
  status: DeliveryStatus;
  attempts: number;
  dueAt: Date | null;
  settledAt: Date | null;
}

/** Deliveries `d` with their events `e`; a filter and an order follow. The id of the event prunes its partitions. */
export const selectDeliveries = Prisma.sql`
  SELECT d.id::text AS id, d.event_id::text AS "eventId", e.type AS "eventType", d.webhook_id AS "webhookId", d.status,
         d.attempts, d.due_at AS "dueAt", d.settled_at AS "settledAt"
  FROM deliveries d JOIN events e ON e.id = d.event_id`;
