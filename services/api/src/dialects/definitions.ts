import type { DefinedWebhook, DeliverableWebhook, NewWebhookDefinition } from '@posthorn/contracts';
import { newId, type NewWebhook, type WebhookRecord } from '@posthorn/database';
import { redactValues } from '../webhooks/view-webhook.ts';

/** What a client decides of a stored webhook. */
export const toDefinition = (record: WebhookRecord): NewWebhookDefinition => ({
  name: record.name,
  events: record.events,
  targetUrl: record.targetUrl,
  type: record.type,
  state: record.state,
  secret: record.secret,
  headers: record.headers,
  properties: record.properties,
  errorsEmail: record.errorsEmail,
  httpMethod: record.httpMethod,
  dialectData: record.dialectData,
  format: record.format,
});

/** Secret and header values are credentials: shown to those only who may change them. */
export const showWebhook = (record: WebhookRecord, { showSecrets }: { showSecrets: boolean }): DefinedWebhook => {
  const definition = toDefinition(record);
  return {
    ...definition,
    ...(showSecrets ? {} : { secret: null, headers: redactValues(definition.headers) }),
    id: record.id,
    uuid: record.uuid,
    stateReason: record.stateReason,
    consecutiveErrors: record.consecutiveFailures,
    failingSince: record.failingSince,
    lastError: record.lastError,
    registered: record.registered,
    registeredBy: record.registeredBy,
    updated: record.updated,
    updatedBy: record.updatedBy,
  };
};

/** A definition as it is stored: policies are the format's, which only the native API overrides. */
export const toNewWebhook = (
  definition: NewWebhookDefinition,
): Omit<NewWebhook, 'accountId' | 'stateReason' | 'author'> => ({ ...definition, policy: {} });

/** A definition as if it were stored, for a test. */
export const toDeliverable = (
  { secret, events: _events, dialectData: _dialectData, ...definition }: NewWebhookDefinition,
  { id, accountId }: { id: number; accountId: number },
): DeliverableWebhook => ({
  ...definition,
  id,
  accountId,
  uuid: newId(),
  version: 0,
  secrets: secret === null ? [] : [secret],
  freshUntil: null,
  policy: {},
});
