import type { DefinedWebhook, WebhookDefinition } from '@posthorn/contracts';
import type { Caller, Manager } from '../../manager.ts';
import { readFields, type WebhookFields } from './read-fields.ts';
import type { WebhookInput } from './read-input.ts';
import { inOwnWords, Refusal } from './refusal.ts';
import { applySettings } from './settings.ts';
import { isShownActive, viewWebhook } from './view-webhook.ts';

/**
 * What to change. `active` as it is shown changes nothing: a client that saves what it read neither hides that a webhook has
 * too many errors nor starts its count anew.
 */
export const decideChanges = (
  { active, settings, url, http_method, name }: WebhookFields,
  current: DefinedWebhook,
): Partial<WebhookDefinition> => ({
  ...(active === undefined || active === isShownActive(current) ? {} : { state: active ? 'Active' : 'Stopped' }),
  ...(settings === undefined ? {} : applySettings(settings, current.dialectData)),
  ...(url === undefined ? {} : { targetUrl: url }),
  ...(http_method === undefined ? {} : { httpMethod: http_method }),
  ...(name === undefined ? {} : { name }),
});

/** Changes what is given; settings are replaced whole. @throws Refusal, PosthornError */
export const updateWebhook = async (
  manager: Manager,
  caller: Caller,
  { id, input }: { id: number; input: WebhookInput },
): Promise<object> => {
  const fields = readFields(input, []);
  const decide = (current: DefinedWebhook): Partial<WebhookDefinition> => decideChanges(fields, current);
  const webhook = await manager.changeWebhook(caller, { id }, decide).catch((error: unknown) => {
    throw inOwnWords(error, input.label);
  });
  if (webhook === null) throw new Refusal('Not Found', 'not_found');
  return viewWebhook(webhook);
};
