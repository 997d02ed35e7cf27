import { createWebhookSchema, HTTP_TYPE } from '@posthorn/contracts';
import { type Author, generateSecret, insertWebhook, reasonFor, type WebhookRecord } from '@posthorn/database';
import { FORMATS } from '@posthorn/dialects';
import type { ApiDeps } from '../api-deps.ts';
import { readBody } from '../http/read-input.ts';
import { assertHeaders, assertMethod, assertNotListening, assertTargetUrl } from './check-webhook.ts';
import { mergePolicy } from './policies.ts';

const schema = createWebhookSchema(FORMATS);

/**
 * Creates a webhook of an account from the body of `POST /v1/webhooks`; a secret is made when the body has none.
 * @throws PosthornError `validation_failed`
 */
export const createWebhook = (
  { database, encryption, checkTargetUrl }: Pick<ApiDeps, 'database' | 'encryption' | 'checkTargetUrl'>,
  input: { accountId: number; author: Author; body: unknown },
): Promise<WebhookRecord> => {
  const body = readBody(schema, input.body);
  const { type = HTTP_TYPE, state = 'Active', format = 'standard', httpMethod = 'POST' } = body;
  assertNotListening({ type, targetUrl: body.targetUrl }, null);
  assertMethod({ format, httpMethod });
  assertHeaders({ format, headers: body.headers ?? {} });
  assertTargetUrl(checkTargetUrl, { type, targetUrl: body.targetUrl });
  return insertWebhook(database, encryption, {
    accountId: input.accountId,
    name: body.name,
    events: body.events,
    targetUrl: body.targetUrl,
    type,
    state,
    stateReason: reasonFor(state, input.author.name),
    secret: body.secret ?? generateSecret(),
    headers: body.headers ?? {},
    properties: body.properties ?? {},
    errorsEmail: body.errorsEmail ?? null,
    httpMethod,
    format,
    policy: mergePolicy({}, body),
    dialectData: {},
    author: input.author,
  });
};
