import { joinMembers, writeMembers } from '../callback/join-members.ts';
import { oncePerWebhook, prepareHeaders } from '../callback/prepare-headers.ts';
import { readFields } from '../callback/read-fields.ts';
import type { RenderedRequest, RenderInput } from '../dialect.ts';

const prepare = oncePerWebhook((webhook) => ({
  ...prepareHeaders(webhook, { defaults: { 'content-type': 'application/json' }, reserved: new Set() }),
  properties: Object.entries(webhook.properties),
}));

/**
 * `{keyword, message, sender, received_at}` out of the event's data, then what else the data has, then the webhook's
 * properties; none of them replaces a member that is there. `received_at` is the moment of the event where the data has
 * none. The vendor's own body is not public: this one is ours. Not signed: the system has no signature.
 */
export const renderPassona = ({ webhook, event }: RenderInput): RenderedRequest => {
  const { headers, privateHeaders, properties } = prepare(webhook);
  const data = new Map(Object.entries(readFields(event.data)));
  const members = joinMembers(
    [
      ['keyword', data.get('keyword') ?? null],
      ['message', data.get('message') ?? null],
      ['sender', data.get('sender') ?? null],
      ['received_at', data.get('received_at') ?? event.occurredAt.toISOString()],
    ],
    data,
    properties,
  );
  return {
    method: webhook.httpMethod,
    url: webhook.targetUrl,
    headers: { ...headers },
    body: writeMembers(members),
    privateHeaders,
  };
};
