import type { DeliverableWebhook, HttpMethod, WebhookPolicy, WebhookState } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { openHeaders, openSecret } from './seal-webhook.ts';

/**
 * Webhooks with secrets and headers in the clear, by id; those that do not exist are not in the map. Two queries by
 * primary key and by webhook_secrets_webhook_id_idx, whatever the number of ids. Secrets past their overlap are left out.
 */
export const loadDeliverableWebhooks = async (
  { prisma }: Database,
  encryption: Encryption,
  ids: readonly number[],
): Promise<Map<number, DeliverableWebhook>> => {
  const rows = await prisma.webhook.findMany({
    where: { id: { in: [...ids] } },
    include: { secrets: { where: { OR: [{ expires: null }, { expires: { gt: new Date() } }] } } },
  });
  const webhooks = rows.map((row): DeliverableWebhook => {
    // The current secret has no expiry and comes first; then the one replaced last.
    const secrets = row.secrets.toSorted(
      (a, b) => (b.expires?.getTime() ?? Infinity) - (a.expires?.getTime() ?? Infinity),
    );
    return {
      id: row.id,
      uuid: row.uuid,
      accountId: row.accountId,
      version: row.version,
      name: row.name,
      state: row.state as WebhookState,
      type: row.type,
      targetUrl: row.targetUrl,
      httpMethod: row.httpMethod as HttpMethod,
      format: row.format,
      headers: openHeaders(encryption, row.headers),
      properties: row.properties as Record<string, unknown>,
      secrets: secrets.map((secret) => openSecret(encryption, secret.secret)),
      freshUntil: secrets.findLast((secret) => secret.expires !== null)?.expires ?? null,
      policy: row.policy as WebhookPolicy,
      errorsEmail: row.errorsEmail,
    };
  });
  return new Map(webhooks.map((webhook) => [webhook.id, webhook]));
};
