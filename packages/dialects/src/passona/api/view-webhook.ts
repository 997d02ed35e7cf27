import type { DefinedWebhook, DialectView } from '@posthorn/contracts';

/** A webhook as every answer shows it, whichever API made it. `path` is the absolute URL of the list. */
export const viewWebhook = (webhook: DefinedWebhook, path: string): object => ({
  name: webhook.name,
  uuid: webhook.uuid,
  url: webhook.targetUrl,
  headers: webhook.headers,
  links: [{ rel: 'self', uri: `${path}/${webhook.uuid}` }],
});

/** What `GET /api/2.0/webhooks/{uuid}` answers with. */
export const viewOf = (webhook: DefinedWebhook, { baseUrl }: { baseUrl: string }): DialectView => ({
  call: `GET /api/2.0/webhooks/${webhook.uuid}`,
  mediaType: 'application/json',
  body: { data: viewWebhook(webhook, `${baseUrl}/api/2.0/webhooks`) },
});
