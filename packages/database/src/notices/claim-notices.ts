import type { NoticeFacts, NoticeKind, WebhookState } from '@posthorn/contracts';
import { type Database, Prisma } from '../connect-database.ts';

/** A notice that the caller, and nobody else, may send until its lease ends. */
export interface ClaimedNotice {
  /** UUID. */
  id: string;
  accountId: number;
  kind: NoticeKind;
  recipient: string;
  facts: NoticeFacts;
  /** Which try this is: 1 for the first. Also tells this claim apart from later ones when it is finished. */
  tries: number;
  created: Date;
  /** State of the webhook now; null when it has been deleted. */
  webhookState: WebhookState | null;
  /** Deliveries of the webhook that are held now. */
  held: number;
  /** Deliveries of the webhook that are still pending now. */
  pending: number;
  /** Both counts are whole; false when the webhook has more deliveries than were looked at. */
  countedAll: boolean;
}

export interface ClaimOptions {
  limit: number;
  /** How long the claim holds. A notice whose claimer died is owed again after it. */
  leaseSeconds: number;
}

/**
 * Deliveries looked at for the counts: newest first, where the held ones are. Bounds the cost for a busy webhook. Part of
 * the text of the statement, so that the planner knows how few they are and reads the index backwards instead of sorting.
 */
const COUNTED_DELIVERIES = Prisma.raw('10000');

/**
 * Takes up to `limit` notices that are owed now, the longest overdue first, and commits that before it returns: replicas
 * that ask at the same time get different ones (SKIP LOCKED), and a try is counted even if its process dies in it.
 *
 * Cost: with nothing owed one probe of notices_owed_idx, which holds unsent notices only. For each notice claimed: one
 * update, the webhook by primary key, and at most COUNTED_DELIVERIES entries of deliveries_webhook_id_id_idx read backwards
 * with their rows (5 ms at the bound, warm, on 2 cores). Where a handful of webhooks share the table, PostgreSQL may read
 * the primary key backwards instead and skip the rows of the others; a range in place of the equality, to forbid that, made
 * it sort all rows of the webhook (200 ms for 150,000). Notices that were given up sit at their index's far end, unread.
 */
export const claimNotices = ({ prisma }: Database, { limit, leaseSeconds }: ClaimOptions): Promise<ClaimedNotice[]> =>
  prisma.$queryRaw<ClaimedNotice[]>`
    WITH owed AS MATERIALIZED (
      SELECT id FROM notices WHERE sent IS NULL AND send_after <= now()
      ORDER BY send_after LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE notices n SET tries = n.tries + 1, send_after = now() + ${leaseSeconds}::float8 * interval '1 second'
      FROM owed WHERE n.id = owed.id
      RETURNING n.*
    )
    SELECT c.id, c.account_id AS "accountId", c.kind, c.recipient, c.facts, c.tries, c.created, w.state AS "webhookState",
           d.held, d.pending, d.counted < ${COUNTED_DELIVERIES} AS "countedAll"
    FROM claimed c
    LEFT JOIN webhooks w ON w.id = c.webhook_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE status = 'held')::int AS held,
             count(*) FILTER (WHERE status = 'pending')::int AS pending,
             count(*)::int AS counted
      FROM (
        SELECT status FROM deliveries WHERE webhook_id = c.webhook_id ORDER BY id DESC LIMIT ${COUNTED_DELIVERIES}
      ) newest
    ) d`;
