import type { HttpMethod, LastError, WebhookPolicy, WebhookState } from '@posthorn/contracts';
import { Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { openHeaders, openSecret } from './seal-webhook.ts';

/** A webhook with its error count, header values and the current secret in the clear. Never logged. */
export interface WebhookRecord {
  id: number;
  uuid: string;
  accountId: number;
  version: number;
  name: string;
  events: string[];
  targetUrl: string;
  state: WebhookState;
  stateReason: string | null;
  type: string;
  /** Null when deliveries are not signed. */
  secret: string | null;
  headers: Record<string, string>;
  properties: Record<string, unknown>;
  errorsEmail: string | null;
  httpMethod: HttpMethod;
  format: string;
  /** The policies that the webhook sets for itself. */
  policy: WebhookPolicy;
  /** By the name of the dialect. */
  dialectData: Record<string, unknown>;
  registered: Date;
  registeredBy: string | null;
  updated: Date;
  updatedBy: string | null;
  consecutiveFailures: number;
  failingSince: Date | null;
  lastError: LastError | null;
}

/** A webhook as the statements of this folder select it: secret and headers sealed. */
export interface WebhookRow extends Omit<WebhookRecord, 'headers'> {
  headers: string | null;
}

/** Webhooks `w` with their health `h`; a filter and an order follow. */
export const selectWebhooks = Prisma.sql`
  SELECT w.id, w.uuid::text AS uuid, w.account_id AS "accountId", w.version, w.name, w.events,
         w.target_url AS "targetUrl", w.state, w.state_reason AS "stateReason", w.type, w.headers, w.properties,
         w.errors_email AS "errorsEmail", w.http_method AS "httpMethod", w.format, w.policy, w.dialect_data AS "dialectData",
         w.registered, w.registered_by AS "registeredBy", w.updated, w.updated_by AS "updatedBy",
         COALESCE(h.consecutive_failures, 0) AS "consecutiveFailures", h.failing_since AS "failingSince",
         h.last_error AS "lastError",
         -- By webhook_secrets_webhook_id_idx. The current one has no expiry.
         (SELECT s.secret FROM webhook_secrets s WHERE s.webhook_id = w.id AND s.expires IS NULL LIMIT 1) AS secret
  FROM webhooks w LEFT JOIN webhook_health h ON h.webhook_id = w.id`;

/** @throws Error when secret or headers were sealed with a key that is not there. */
export const toWebhookRecord = (encryption: Encryption, row: WebhookRow): WebhookRecord => ({
  ...row,
  secret: row.secret === null ? null : openSecret(encryption, row.secret),
  headers: openHeaders(encryption, row.headers),
});

/** What a webhook can be asked for with: its id, within its account. */
export interface WebhookKey {
  id: number;
  accountId: number;
}

/** A webhook by its id or by its UUID, within its account. */
export type WebhookRef = WebhookKey | { uuid: string; accountId: number };
