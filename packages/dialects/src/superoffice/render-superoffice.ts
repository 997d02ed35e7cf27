import { type DeliverableEvent, isHttpType } from '@posthorn/contracts';
import { oncePerWebhook, prepareHeaders } from '../callback/prepare-headers.ts';
import { writeJson } from '../callback/read-fields.ts';
import type { RenderedRequest, RenderInput } from '../dialect.ts';
import { formatTimestamp } from './format-timestamp.ts';
import { mapEvent } from './map-event.ts';
import { mapStateEvent } from './map-state-event.ts';
import { signSuperOffice } from './sign-superoffice.ts';

/** The type of the event with which webhooks are tested. */
export const TEST_TYPE = 'test';

/** Headers of the callback itself, in lower case. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'x-superoffice-event',
  'x-superoffice-eventid',
  'x-superoffice-signature',
  'x-superoffice-retry',
  'x-hook-test',
]);

/** Names that a property never takes, also where a body does not have them: each means one thing only. */
const RESERVED_FIELDS = new Set([
  'EventId',
  'Timestamp',
  'Changes',
  'Values',
  'Event',
  'PrimaryKey',
  'Entity',
  'ContextIdentifier',
  'ChangedByAssociateId',
  'WebhookName',
  'FieldValues',
]);

/** What is the same for every delivery of one webhook. */
const prepare = oncePerWebhook((webhook) => {
  const properties = Object.entries(webhook.properties).filter(([name]) => !RESERVED_FIELDS.has(name));
  return {
    ...prepareHeaders(webhook, {
      defaults: { 'content-type': 'application/json; charset=utf-8' },
      reserved: RESERVED_HEADERS,
    }),
    // One header holds one signature: during a rotation receivers must have the current secret.
    secret: webhook.secrets[0],
    /** Name and properties as the inside of a JSON object, each with a leading comma. */
    nameJson: `,"WebhookName":${JSON.stringify(webhook.name)}`,
    propertiesJson: properties.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join(''),
  };
});

/** A script gets the values of what changed, a webhook their names alone. The documented fields in the order of SuperOffice's samples, then the webhook's properties. */
const renderBody = (
  event: DeliverableEvent,
  webhookJson: { nameJson: string; propertiesJson: string; isScript: boolean },
): string => {
  const { FieldValues, ...fields } = mapStateEvent(event) ?? mapEvent(event, { withValues: webhookJson.isScript });
  const head = writeJson({ EventId: event.id, Timestamp: formatTimestamp(event.occurredAt), ...fields });
  const fieldValuesJson = FieldValues === undefined ? '' : `,"FieldValues":${writeJson(FieldValues)}`;
  return `${head.slice(0, -1)}${webhookJson.nameJson}${fieldValuesJson}${webhookJson.propertiesJson}}`;
};

/**
 * A notification as SuperOffice posts it. The body is the same at every attempt; `X-SuperOffice-Retry` counts the
 * attempts before this one and is left out at the first.
 */
export const renderSuperOffice = ({ webhook, event, attempt }: RenderInput): RenderedRequest => {
  const { headers, privateHeaders, secret, nameJson, propertiesJson } = prepare(webhook);
  const body = renderBody(event, { nameJson, propertiesJson, isScript: !isHttpType(webhook.type) });
  return {
    method: 'POST',
    url: webhook.targetUrl,
    headers: {
      ...headers,
      'x-superoffice-event': event.type,
      'x-superoffice-eventid': event.id,
      ...(secret === undefined ? {} : { 'x-superoffice-signature': signSuperOffice({ body, secret }) }),
      ...(attempt > 1 ? { 'x-superoffice-retry': String(attempt - 1) } : {}),
      ...(event.type === TEST_TYPE ? { 'x-hook-test': 'true' } : {}),
    },
    body,
    privateHeaders,
  };
};
