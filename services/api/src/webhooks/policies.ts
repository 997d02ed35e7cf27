import { type CreateWebhookBody, type PatchWebhookBody, POLICY_KEYS, type WebhookPolicy } from '@posthorn/contracts';

/** Policies as they are after a body: a value sets one, null returns it to the platform's default, the rest stays. */
export const mergePolicy = (current: WebhookPolicy, body: CreateWebhookBody | PatchWebhookBody): WebhookPolicy => {
  const entries = POLICY_KEYS.flatMap((key) => {
    const value = body[key] === undefined ? current[key] : body[key];
    return value === undefined || value === null ? [] : [[key, value]];
  });
  return Object.fromEntries(entries) as WebhookPolicy;
};

/** Whether a body says anything about policies. */
export const namesPolicy = (body: PatchWebhookBody): boolean => POLICY_KEYS.some((key) => body[key] !== undefined);
