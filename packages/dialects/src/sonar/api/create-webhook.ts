import { HTTP_TYPE, type NewWebhookDefinition } from '@posthorn/contracts';
import type { Caller, Manager } from '../../manager.ts';
import { readFields, type WebhookFields } from './read-fields.ts';
import type { WebhookInput } from './read-input.ts';
import { inOwnWords } from './refusal.ts';
import { applySettings } from './settings.ts';
import { viewWebhook } from './view-webhook.ts';

const define = ({
  active = false,
  settings = new Map(),
  url = '',
  ...fields
}: WebhookFields): NewWebhookDefinition => ({
  name: fields.name ?? '',
  ...applySettings(settings),
  targetUrl: url,
  type: HTTP_TYPE,
  state: active ? 'Active' : 'Stopped',
  secret: null,
  headers: {},
  properties: {},
  errorsEmail: null,
  httpMethod: fields.http_method ?? 'POST',
  format: 'sonar',
});

/** Stores a webhook; only its url must be given. @throws Refusal, PosthornError */
export const createWebhook = async (manager: Manager, caller: Caller, input: WebhookInput): Promise<object> => {
  const definition = define(readFields(input, ['url']));
  const webhook = await manager.createWebhook(caller, definition).catch((error: unknown) => {
    throw inOwnWords(error, input.label);
  });
  // Null is the answer to "unless it is there already", which is not asked here.
  if (webhook === null) throw new Error('A webhook without a condition was not stored.');
  return viewWebhook(webhook);
};
