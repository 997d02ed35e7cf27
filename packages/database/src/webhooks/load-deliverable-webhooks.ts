import type { DeliverableWebhook } from '@posthorn/contracts';
import type { SqlDatabase } from '../connect-sql.ts';
import type { Encryption } from '../encryption.ts';
import { openHeaders, openSecret } from './seal-webhook.ts';

interface Row extends Omit<DeliverableWebhook, 'headers' | 'secrets'> {
  /** Sealed, as the secrets are. */
  headers: string | null;
  secrets: string[];
}

/**
 * Look-ups by primary key and by webhook_secrets_webhook_id_idx. The current secret has no expiry and comes first; then the
 * one replaced last. Secrets past their overlap are left out.
 */
const LOAD = `
SELECT w.id, w.uuid, w.account_id AS "accountId", w.version, w.name, w.state, w.type, w.target_url AS "targetUrl",
  w.http_method AS "httpMethod", w.format, w.headers, w.properties, w.policy, w.errors_email AS "errorsEmail",
  s.secrets, s."freshUntil"
FROM unnest($1::int[]) AS t(id)
CROSS JOIN LATERAL (SELECT * FROM webhooks WHERE id = t.id LIMIT 1) w
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(secret ORDER BY expires DESC NULLS FIRST), '{}') AS secrets, min(expires) AS "freshUntil"
  FROM webhook_secrets WHERE webhook_id = w.id AND (expires IS NULL OR expires > now())) s`;

/** Webhooks with secrets and headers in the clear, by id; those that do not exist are not in the map. */
export const loadDeliverableWebhooks = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  encryption: Encryption,
  ids: readonly number[],
): Promise<Map<number, DeliverableWebhook>> => {
  const rows = await direct.$queryRawUnsafe<Row[]>(LOAD, [...ids]);
  const webhooks = rows.map((row): DeliverableWebhook => ({
    ...row,
    headers: openHeaders(encryption, row.headers),
    secrets: row.secrets.map((sealed) => openSecret(encryption, sealed)),
  }));
  return new Map(webhooks.map((webhook) => [webhook.id, webhook]));
};
