import { type DeliverableWebhook, encodeId, FORBIDDEN_HEADERS } from '@posthorn/contracts';
import { secretKey, signStandard } from '@posthorn/domain';
import { USER_AGENT } from '../user-agent.ts';
import type { RenderedRequest, RenderInput } from '../dialect.ts';

/** What is the same for every delivery of one webhook, computed once a version. */
interface Prepared {
  headers: Record<string, string>;
  keys: Buffer[];
  privateHeaders: ReadonlySet<string>;
  /** Properties as the inside of a JSON object, with a leading comma; empty when there are none. */
  propertiesJson: string;
}

const RESERVED_FIELDS = new Set(['type', 'timestamp', 'data']);

const prepared = new WeakMap<DeliverableWebhook, Prepared>();

const prepare = (webhook: DeliverableWebhook): Prepared => {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': USER_AGENT };
  const privateHeaders = new Set<string>();
  for (const [name, value] of Object.entries(webhook.headers)) {
    const lower = name.toLowerCase();
    // Refused when the webhook is saved; whatever is stored, the signature headers are ours.
    if (FORBIDDEN_HEADERS.has(lower)) continue;
    headers[lower] = value;
    privateHeaders.add(lower);
  }
  const properties = Object.entries(webhook.properties).filter(([name]) => !RESERVED_FIELDS.has(name));
  return {
    headers,
    keys: webhook.secrets.map(secretKey),
    privateHeaders,
    propertiesJson: properties.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join(''),
  };
};

/**
 * `{"type","timestamp","data", …properties}` with the headers of Standard Webhooks 1.0. `data` is the published text
 * itself, so that numbers and the order of keys arrive as they were sent. `webhook-id` is the delivery's: the same at
 * every attempt.
 */
export const renderStandard = ({ webhook, event, deliveryId, now }: RenderInput): RenderedRequest => {
  let ready = prepared.get(webhook);
  if (ready === undefined) {
    ready = prepare(webhook);
    prepared.set(webhook, ready);
  }
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
      'webhook-signature': signStandard({ id, timestampSeconds, body, keys: ready.keys }),
    },
    body,
    privateHeaders: ready.privateHeaders,
  };
};
