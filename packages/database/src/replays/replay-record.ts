import type { ReplayFilter, ReplayState, WebhookState } from '@posthorn/contracts';
import { Prisma } from '../connect-database.ts';

/** A replay. Ids are UUIDs. */
export interface ReplayRecord {
  id: string;
  webhookId: number;
  webhookState: WebhookState;
  state: ReplayState;
  filter: ReplayFilter;
  /** Whether `total` is whole. */
  counted: boolean;
  total: number;
  done: number;
  succeeded: number;
  failed: number;
  created: Date;
  createdBy: string | null;
  finished: Date | null;
}

/** Replays `r` with their webhooks `w`, by primary key; a filter and an order follow. */
export const selectReplays = Prisma.sql`
  SELECT r.id::text AS id, r.webhook_id AS "webhookId", w.state AS "webhookState", r.state, r.filter, r.counted, r.total,
         r.done, r.succeeded, r.failed, r.created, r.created_by AS "createdBy", r.finished
  FROM replays r JOIN webhooks w ON w.id = r.webhook_id`;
