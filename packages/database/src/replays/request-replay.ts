import { encodeId, type ReplayFilter, type WebhookState } from '@posthorn/contracts';
import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database } from '../connect-database.ts';
import { newId } from '../new-id.ts';

/** What became of a wish to replay. Only `accepted` stored something. */
export type ReplayRequest =
  | { outcome: 'accepted'; replayId: string }
  | { outcome: 'unknown' }
  | { outcome: 'not_active'; state: WebhookState }
  | { outcome: 'in_progress'; replayId: string };

/**
 * Stores a replay; a scheduler finds it at its next look. One statement and its line in the audit log, by webhooks_pkey and replays_unfinished_key, which
 * lets one replay of a webhook at a time be unfinished: two calls at once store one.
 */
export const requestReplay = async (
  { prisma }: Pick<Database, 'prisma'>,
  input: { webhookId: number; accountId: number; filter: ReplayFilter; author: Author },
): Promise<ReplayRequest> => {
  const { webhookId, accountId, filter, author } = input;
  const replayId = newId();
  const stored = await prisma.$transaction(async (tx) => {
    const count = await tx.$executeRaw`
    INSERT INTO replays (id, account_id, webhook_id, filter, state, total, done, created_by, wake_at)
    SELECT ${replayId}::uuid, account_id, id, ${JSON.stringify(filter)}::jsonb, 'pending', 0, 0, ${author.name}, now()
    FROM webhooks WHERE id = ${webhookId}::int AND account_id = ${accountId}::int AND state = 'Active'
    ON CONFLICT (webhook_id) WHERE finished IS NULL DO NOTHING`;
    const target = { type: 'replay', id: encodeId('replay', replayId) } as const;
    if (count > 0) await writeAuditEntry(tx, author, { accountId, action: 'replay.create', target });
    return count;
  });
  if (stored > 0) return { outcome: 'accepted', replayId };
  const [found] = await prisma.$queryRaw<{ state: WebhookState; replayId: string | null }[]>`
    SELECT w.state, r.id::text AS "replayId"
    FROM webhooks w LEFT JOIN replays r ON r.webhook_id = w.id AND r.finished IS NULL
    WHERE w.id = ${webhookId}::int AND w.account_id = ${accountId}::int`;
  if (found === undefined) return { outcome: 'unknown' };
  if (found.state !== 'Active') return { outcome: 'not_active', state: found.state };
  // Done in between: as if this call had come a moment later.
  return found.replayId === null
    ? requestReplay({ prisma }, input)
    : { outcome: 'in_progress', replayId: found.replayId };
};
