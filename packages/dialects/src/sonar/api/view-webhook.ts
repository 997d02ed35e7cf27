import type { DefinedWebhook, DialectView } from '@posthorn/contracts';
import { settingsOf } from './settings.ts';

/** `2015-07-25T20:19:09.213+00:00` */
const viewTime = (time: Date): string => time.toISOString().replace('Z', '+00:00');

/** A webhook that was stopped by its errors is as inactive as one that a person stopped. */
export const isShownActive = ({ state }: Pick<DefinedWebhook, 'state'>): boolean => state === 'Active';

/** A webhook as every answer shows it, whichever API made it. `payload` is documented with no other value. */
export const viewWebhook = (webhook: DefinedWebhook): object => ({
  id: webhook.id,
  active: isShownActive(webhook),
  settings: Object.fromEntries([...settingsOf(webhook)].map(([name, isOn]) => [name, String(isOn)])),
  url: webhook.targetUrl,
  http_method: webhook.httpMethod,
  payload: '',
  name: webhook.name,
  created_at: viewTime(webhook.registered),
  updated_at: viewTime(webhook.updated),
});

/** What `GET /api/v1/webhooks/{id}` answers with. */
export const viewOf = (webhook: DefinedWebhook): DialectView => ({
  call: `GET /api/v1/webhooks/${webhook.id}`,
  mediaType: 'application/json',
  body: viewWebhook(webhook),
});
