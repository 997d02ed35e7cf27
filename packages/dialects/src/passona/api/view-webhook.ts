import type { DefinedWebhook } from '@posthorn/contracts';

/** A webhook as every answer shows it, whichever API made it. `path` is the absolute URL of the list. */
export const viewWebhook = (webhook: DefinedWebhook, path: string): object => ({
  name: webhook.name,
  uuid: webhook.uuid,
  url: webhook.targetUrl,
  headers: webhook.headers,
  links: [{ rel: 'self', uri: `${path}/${webhook.uuid}` }],
});
