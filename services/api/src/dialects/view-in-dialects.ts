import type { DialectView, WebhookViews } from '@posthorn/contracts';
import { findWebhook, type WebhookKey } from '@posthorn/database';
import { DIALECTS } from '@posthorn/dialects';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch } from '../http/read-input.ts';
import { REDACTED } from '../webhooks/view-webhook.ts';
import { showWebhook } from './definitions.ts';

/**
 * How a webhook looks in the management API of every dialect, by the name of the dialect. Secret and header values are left
 * out, whoever asks: what is shown here is for comparing, and gets copied.
 * @throws PosthornError `not_found`
 */
export const viewInDialects = async (
  { database, encryption }: Pick<ApiDeps, 'database' | 'encryption'>,
  key: WebhookKey,
  context: { baseUrl: string },
): Promise<WebhookViews> => {
  const record = await findWebhook(database, encryption, key);
  if (record === null) throw noSuch('webhook');
  const webhook = {
    ...showWebhook(record, { showSecrets: false }),
    secret: record.secret === null ? null : REDACTED,
  };
  const views = DIALECTS.flatMap(({ name, api }) =>
    api === null ? [] : [api.view(webhook, context).then((view): [string, DialectView] => [name, view])],
  );
  return Object.fromEntries(await Promise.all(views));
};
