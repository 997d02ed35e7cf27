import type { DefinedWebhook } from '@posthorn/contracts';
import { type ShownWebhook, showWebhook } from '../show-webhook.ts';

/** A webhook as patches work on it: as it is shown, with empty lists and dictionaries in the place of null. */
export interface PatchedWebhook extends ShownWebhook {
  Events: readonly unknown[];
  Headers: Readonly<Record<string, unknown>>;
  Properties: Readonly<Record<string, unknown>>;
}

export const toPatched = (webhook: DefinedWebhook): PatchedWebhook => ({
  ...showWebhook(webhook),
  Events: webhook.events,
  Headers: webhook.headers,
  Properties: webhook.properties,
});
