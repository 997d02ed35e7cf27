import { type PatchWebhookBody, patchWebhookSchema } from '@posthorn/contracts';
import { type Author, changeWebhook, type WebhookChanges, type WebhookRecord } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch, readBody } from '../http/read-input.ts';
import { assertHeaders, assertMethod, assertNotListening, assertTargetUrl } from './check-webhook.ts';
import { mergePolicy, namesPolicy } from './policies.ts';

const FIELDS = [
  'name',
  'events',
  'targetUrl',
  'type',
  'state',
  'headers',
  'properties',
  'errorsEmail',
  'httpMethod',
] as const satisfies readonly (keyof PatchWebhookBody & keyof WebhookChanges)[];

const toChanges = (current: WebhookRecord, body: PatchWebhookBody): WebhookChanges => {
  const fields = FIELDS.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]]));
  const policy = namesPolicy(body) ? { policy: mergePolicy(current.policy, body) } : {};
  return { ...(Object.fromEntries(fields) as WebhookChanges), ...policy };
};

/**
 * Changes what the body of `PATCH /v1/webhooks/{id}` names, judged against the webhook as it is at that moment: two
 * changes at the same time both take effect.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const patchWebhook = async (
  { database, encryption, checkTargetUrl }: Pick<ApiDeps, 'database' | 'encryption' | 'checkTargetUrl'>,
  input: { accountId: number; id: number; author: Author; body: unknown },
): Promise<WebhookRecord> => {
  const body = readBody(patchWebhookSchema, input.body);
  const key = { id: input.id, accountId: input.accountId, author: input.author };
  const changed = await changeWebhook(database, encryption, key, (current) => {
    const { type = current.type, targetUrl = current.targetUrl } = body;
    assertNotListening({ type, targetUrl }, current);
    if (body.httpMethod !== undefined) assertMethod({ format: current.format, httpMethod: body.httpMethod });
    if (body.headers !== undefined) assertHeaders({ format: current.format, headers: body.headers });
    if (body.targetUrl !== undefined || body.type !== undefined) assertTargetUrl(checkTargetUrl, { type, targetUrl });
    return toChanges(current, body);
  });
  if (changed === null) throw noSuch('webhook');
  return changed;
};
