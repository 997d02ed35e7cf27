import type { WebhookView } from '@posthorn/contracts';
import type { WebhookRecord } from '@posthorn/database';

/** What stands in the place of a credential. */
export const REDACTED = '[redacted]';

/** Header names with their values left out. */
export const redactValues = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, REDACTED]));

/** Header values are shown to those who may change them: they carry credentials, which `read` does not reach. */
export const viewWebhook = (record: WebhookRecord, { showHeaders }: { showHeaders: boolean }): WebhookView => ({
  id: record.id,
  uuid: record.uuid,
  name: record.name,
  events: record.events,
  targetUrl: record.targetUrl,
  type: record.type,
  state: record.state,
  stateReason: record.stateReason,
  headers: showHeaders ? record.headers : redactValues(record.headers),
  properties: record.properties,
  errorsEmail: record.errorsEmail,
  httpMethod: record.httpMethod,
  format: record.format,
  ...record.policy,
  consecutiveErrors: record.consecutiveFailures,
  failingSince: record.failingSince?.toISOString() ?? null,
  lastError: record.lastError,
  registered: record.registered.toISOString(),
  registeredBy: record.registeredBy,
  updated: record.updated.toISOString(),
  updatedBy: record.updatedBy,
});
