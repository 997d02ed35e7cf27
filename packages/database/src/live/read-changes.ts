import type { WebhookState } from '@posthorn/contracts';
import { uuidBound } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';
import { type ReplayRecord, selectReplays } from '../replays/replay-record.ts';

export interface WebhookStateRecord {
  id: number;
  name: string;
  state: WebhookState;
  stateReason: string | null;
  consecutiveErrors: number;
  updated: Date;
}

/** By webhooks_account_id_id_idx: 2 µs a webhook. */
const STATES = `SELECT id, state FROM webhooks WHERE account_id = $1::int`;

/** The states of all webhooks of an account. */
export const listWebhookStates = ({ direct }: Pick<Database, 'direct'>, accountId: number) =>
  direct.$queryRawUnsafe<{ id: number; state: WebhookState }[]>(STATES, accountId);

/** By webhooks_account_id_updated_idx. */
const CHANGED = `
SELECT w.id, w.name, w.state, w.state_reason AS "stateReason", w.updated, coalesce(h.consecutive_failures, 0) AS "consecutiveErrors"
FROM webhooks w LEFT JOIN webhook_health h ON h.webhook_id = w.id
WHERE w.account_id = $1::int AND w.updated >= now() - $2::float8 * interval '1 second'
ORDER BY w.updated LIMIT $3::int`;

const MOST_CHANGED = 10_000;

/** Webhooks of an account that somebody changed, or that were switched off, within so many seconds, in the order of it. */
export const listChangedWebhooks = (
  { direct }: Pick<Database, 'direct'>,
  { accountId, withinSeconds }: { accountId: number; withinSeconds: number },
) => direct.$queryRawUnsafe<WebhookStateRecord[]>(CHANGED, accountId, withinSeconds, MOST_CHANGED);

/**
 * Replays of an account that are not over, those that were asked for since a moment, and those with these ids, oldest first.
 * By replays_unfinished_key (partial), and by primary key.
 */
export const listLiveReplays = (
  { prisma }: Pick<Database, 'prisma'>,
  { accountId, sinceMs, ids }: { accountId: number; sinceMs: number; ids: readonly string[] },
): Promise<ReplayRecord[]> =>
  prisma.$queryRaw<ReplayRecord[]>`
    ${selectReplays}
    WHERE r.account_id = ${accountId}::int AND r.id IN (
      SELECT id FROM replays WHERE finished IS NULL
      UNION SELECT id FROM replays WHERE id >= ${uuidBound(sinceMs)}::uuid
      UNION SELECT unnest(${[...ids]}::uuid[]))
    ORDER BY r.id`;
