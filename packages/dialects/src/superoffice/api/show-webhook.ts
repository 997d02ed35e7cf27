import type { DefinedWebhook, DialectView } from '@posthorn/contracts';
import type { WebhookProperty } from './properties.ts';

export type ShownWebhook = Record<WebhookProperty, unknown>;

const orNull = <T extends object>(value: T): T | null => (Object.keys(value).length === 0 ? null : value);

/** What .NET writes for a moment that was never set. */
const NEVER = '0001-01-01T00:00:00';

/** A webhook as SuperOffice shows it: all 14 properties, what is empty as null. */
export const showWebhook = (webhook: DefinedWebhook): ShownWebhook => ({
  WebhookId: webhook.id,
  Name: webhook.name === '' ? null : webhook.name,
  Events: webhook.events,
  TargetUrl: webhook.targetUrl,
  Secret: webhook.secret,
  State: webhook.state,
  Type: webhook.type,
  Headers: orNull(webhook.headers),
  Properties: orNull(webhook.properties),
  Registered: webhook.registered.toISOString(),
  // Who it was is the name of a token here, and no associate.
  RegisteredAssociate: null,
  Updated: webhook.updated.toISOString(),
  UpdatedAssociate: null,
  ErrorsEmail: webhook.errorsEmail,
});

/** What the REST collection adds to a webhook. */
export const linksOf = ({ id }: Pick<DefinedWebhook, 'id'>, collectionUrl: string): object => ({
  _Links: { Self: `${collectionUrl}/${id}`, Archive: collectionUrl },
});

/** A webhook as the REST collection answers with it, without a tenant in the path. */
export const viewOf = (webhook: DefinedWebhook, { baseUrl }: { baseUrl: string }): DialectView => ({
  call: `GET /api/v1/Webhook/${webhook.id}`,
  mediaType: 'application/json',
  body: { ...showWebhook(webhook), ...linksOf(webhook, `${baseUrl}/api/v1/Webhook`) },
});

/** What `CreateDefaultWebhook` gives to fill in. */
export const defaultWebhook = (): ShownWebhook => ({
  WebhookId: 0,
  Name: null,
  Events: ['contact.created', 'contact.deleted'],
  TargetUrl: null,
  Secret: null,
  State: 'Active',
  Type: 'webhook',
  Headers: null,
  Properties: null,
  Registered: NEVER,
  RegisteredAssociate: null,
  Updated: NEVER,
  UpdatedAssociate: null,
  ErrorsEmail: null,
});
