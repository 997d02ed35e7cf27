import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database } from '../connect-database.ts';
import { lockHealth } from './lock-health.ts';
import { resolveRef } from './find-webhook.ts';
import type { WebhookRef } from './webhook-record.ts';

/** A webhook that was stopped for long may have very many held deliveries. */
const DELETE_TIMEOUT_MS = 120_000;

/**
 * Deletes a webhook and discards what it still had to deliver, together. A delivery whose publishing commits at the same
 * moment stays pending; the worker that meets it finds no webhook and discards it.
 *
 * Cost: reads the deliveries of the webhook by deliveries_webhook_id_id_idx, in every partition. They are locked in the
 * order of their ids, as everybody does who locks several.
 * @returns false when the account has no such webhook.
 */
export const deleteWebhook = ({ prisma }: Database, author: Author, ref: WebhookRef): Promise<boolean> =>
  prisma.$transaction(
    async (tx) => {
      const key = await resolveRef(tx, ref);
      if (key === null) return false;
      const { id, accountId } = key;
      await lockHealth(tx, key);
      const webhook = await tx.webhook.findFirst({ where: { id, accountId }, select: { name: true } });
      const { count } = await tx.webhook.deleteMany({ where: { id, accountId } });
      if (webhook === null || count === 0) return false;
      const target = { type: 'webhook', id, name: webhook.name } as const;
      await writeAuditEntry(tx, author, { accountId, action: 'webhook.delete', target });
      await tx.$executeRaw`
        UPDATE deliveries d SET status = 'discarded', settled_at = now(), due_at = NULL, wake_at = NULL
        FROM (
          SELECT id FROM deliveries
          WHERE webhook_id = ${id}::int AND status IN ('pending', 'held')
          ORDER BY id FOR UPDATE
        ) open
        WHERE d.id = open.id`;
      return true;
    },
    { timeout: DELETE_TIMEOUT_MS },
  );
