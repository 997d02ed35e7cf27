import { joinMembers, writeMembers } from '../callback/join-members.ts';
import { oncePerWebhook, prepareHeaders } from '../callback/prepare-headers.ts';
import { readFields } from '../callback/read-fields.ts';
import type { RenderedRequest, RenderInput } from '../dialect.ts';

const prepare = oncePerWebhook((webhook) => ({
  ...prepareHeaders(webhook, { defaults: { 'content-type': 'application/json' }, reserved: new Set() }),
  properties: Object.entries(webhook.properties),
}));

/**
 * `{datetime, event, email, id, userId, headers}` (wooxy.com/api-documentation/webhooks), then what else the event's data
 * has, then the webhook's properties; none of them replaces a member that is there. `datetime` is in Unix seconds. Where
 * the data has no `id`, its `messageId` is the id. Not signed: the system has no signature.
 */
export const renderWooxy = ({ webhook, event }: RenderInput): RenderedRequest => {
  const { headers, privateHeaders, properties } = prepare(webhook);
  const data = new Map(Object.entries(readFields(event.data)));
  const idField = (data.get('id') ?? null) === null && data.has('messageId') ? 'messageId' : 'id';
  const fields: [string, unknown][] = [
    ['datetime', Math.floor(event.occurredAt.getTime() / 1000)],
    ['event', event.type],
    ['email', data.get('email') ?? null],
    ['id', data.get(idField) ?? null],
    ['userId', data.get('userId') ?? null],
    ['headers', data.get('headers') ?? {}],
  ];
  data.delete(idField);
  const members = joinMembers(fields, data, properties);
  return {
    method: webhook.httpMethod,
    url: webhook.targetUrl,
    headers: { ...headers },
    body: writeMembers(members),
    privateHeaders,
  };
};
