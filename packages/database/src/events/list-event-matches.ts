import type { DeliveryStatus, WebhookState } from '@posthorn/contracts';
import { uuidFloor, uuidTime } from '@posthorn/domain';
import { type Database, Prisma } from '../connect-database.ts';

/** A webhook beside an event of its account. What belongs to the webhook is null when it was deleted. */
export interface EventMatchRecord {
  webhookId: number;
  name: string | null;
  state: WebhookState | null;
  events: string[] | null;
  registered: Date | null;
  updated: Date | null;
  updatedBy: string | null;
  /** UUID; null when the event has no delivery for it, as `status` is. */
  deliveryId: string | null;
  status: DeliveryStatus | null;
}

interface MatchPage {
  eventId: string;
  accountId: number;
  /** Webhooks with ids above it. */
  afterId: number;
  limit: number;
}

const WEBHOOK = Prisma.raw('w.name, w.state, w.events, w.registered, w.updated, w.updated_by AS "updatedBy"');

/** Deliveries `d` of an event: a range of the primary key, as in `listEventDeliveries`. */
const isOfEvent = (eventId: string): Prisma.Sql => {
  const timeMs = uuidTime(eventId);
  return Prisma.sql`d.id >= ${uuidFloor(timeMs)}::uuid AND d.id < ${uuidFloor(timeMs + 1)}::uuid AND d.event_id = ${eventId}::uuid`;
};

/**
 * Webhooks that an event has a delivery for, by ascending id, deleted ones among them. The deliveries of an event are a
 * range of the primary key, which is read for each page: 10,000 of them in some 20 ms.
 */
export const listReachedWebhooks = (
  { prisma }: Pick<Database, 'prisma'>,
  { eventId, accountId, afterId, limit }: MatchPage,
): Promise<EventMatchRecord[]> =>
  prisma.$queryRaw<EventMatchRecord[]>`
    SELECT d.webhook_id AS "webhookId", d.id::text AS "deliveryId", d.status, ${WEBHOOK}
    FROM deliveries d LEFT JOIN webhooks w ON w.id = d.webhook_id
    WHERE ${isOfEvent(eventId)} AND d.account_id = ${accountId}::int AND d.webhook_id > ${afterId}::int
    ORDER BY d.webhook_id LIMIT ${limit}::int`;

/**
 * Webhooks of the account that an event has no delivery for, by ascending id: webhooks_account_id_id_idx gives them in order,
 * without those that the range of its deliveries has.
 */
export const listMissedWebhooks = (
  { prisma }: Pick<Database, 'prisma'>,
  { eventId, accountId, afterId, limit }: MatchPage,
): Promise<EventMatchRecord[]> =>
  prisma.$queryRaw<EventMatchRecord[]>`
    WITH reached AS MATERIALIZED (SELECT d.webhook_id FROM deliveries d WHERE ${isOfEvent(eventId)})
    SELECT w.id AS "webhookId", NULL::text AS "deliveryId", NULL::text AS status, ${WEBHOOK}
    FROM webhooks w
    WHERE w.account_id = ${accountId}::int AND w.id > ${afterId}::int AND w.id NOT IN (SELECT webhook_id FROM reached)
    ORDER BY w.id LIMIT ${limit}::int`;
