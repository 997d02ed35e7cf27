import { encodeId } from '@posthorn/contracts';
import { secretKey, signStandard } from '@posthorn/domain';
import { oncePerWebhook, prepareHeaders } from '../callback/prepare-headers.ts';
import type { RenderedRequest, RenderInput } from '../dialect.ts';

const RESERVED_FIELDS = new Set(['type', 'timestamp', 'data']);

/** What is the same for every delivery of one webhook. */
const prepare = oncePerWebhook((webhook) => {
  const properties = Object.entries(webhook.properties).filter(([name]) => !RESERVED_FIELDS.has(name));
  return {
    ...prepareHeaders(webhook, { defaults: { 'content-type': 'application/json' }, reserved: new Set() }),
    keys: webhook.secrets.map(secretKey),
    /** Properties as the inside of a JSON object, with a leading comma; empty when there are none. */
    propertiesJson: properties.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join(''),
  };
});

/**
 * `{"type","timestamp","data", …properties}` with the headers of Standard Webhooks 1.0. `data` is the published text
 * itself, so that numbers and the order of keys arrive as they were sent. `webhook-id` is the delivery's: the same at
 * every attempt.
 */
export const renderStandard = ({ webhook, event, deliveryId, now }: RenderInput): RenderedRequest => {
  const ready = prepare(webhook);
  const timestamp = event.occurredAt.toISOString();
  // An event type holds nothing that JSON would escape.
  const body = `{"type":"${event.type}","timestamp":"${timestamp}","data":${event.data}${ready.propertiesJson}}`;
  const id = encodeId('delivery', deliveryId);
  const timestampSeconds = Math.floor(now.getTime() / 1000);
  return {
    method: webhook.httpMethod,
    url: webhook.targetUrl,
    headers: {
      ...ready.headers,
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      // A webhook without a secret, which only other systems' APIs make, is not signed.
      ...(ready.keys.length === 0
        ? {}
        : { 'webhook-signature': signStandard({ id, timestampSeconds, body, keys: ready.keys }) }),
    },
    body,
    privateHeaders: ready.privateHeaders,
  };
};
