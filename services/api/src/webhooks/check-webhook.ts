import {
  type HttpMethod,
  isHttpType,
  isListenType,
  type NewWebhookDefinition,
  validate,
  webhookDefinitionSchema,
} from '@posthorn/contracts';
import { findDialect } from '@posthorn/dialects';
import { assertStorable, invalidField } from '../http/read-input.ts';
import type { CheckTargetUrl } from '../api-deps.ts';

/** @throws PosthornError `validation_failed` at /targetUrl with the code of what is wrong. */
export const assertTargetUrl = (
  checkTargetUrl: CheckTargetUrl,
  { type, targetUrl }: { type: string; targetUrl: string },
): void => {
  if (!isHttpType(type)) return;
  const verdict = checkTargetUrl(targetUrl);
  if (!verdict.ok) throw invalidField('/targetUrl', verdict.code, `targetUrl cannot be used: ${verdict.message}`);
};

/** What says where a webhook's requests go. */
type Target = Pick<NewWebhookDefinition, 'type' | 'targetUrl'>;

/**
 * The type `listen` belongs to a listener, which makes its webhook and takes it along; the target of such a one is fixed.
 * @param current the webhook as it is stored; null for a new one.
 * @throws PosthornError `validation_failed` at /type or /targetUrl.
 */
export const assertNotListening = (target: Target, current: Target | null): void => {
  const was = current !== null && isListenType(current.type);
  if (isListenType(target.type) !== was) {
    const message = was
      ? 'type of the webhook of a listener cannot be changed'
      : 'type cannot be listen: POST /v1/listeners makes such webhooks';
    throw invalidField('/type', 'type.listen', message);
  }
  if (was && target.targetUrl !== current.targetUrl) {
    throw invalidField('/targetUrl', 'targetUrl.listen', 'targetUrl of the webhook of a listener cannot be changed');
  }
};

/** @throws PosthornError `validation_failed` at /httpMethod when the format's callback cannot use the method. */
export const assertMethod = ({ format, httpMethod }: { format: string; httpMethod: HttpMethod }): void => {
  const { methods } = findDialect(format);
  if (methods.includes(httpMethod)) return;
  throw invalidField(
    '/httpMethod',
    'any.only',
    `httpMethod must be one of [${methods.join(', ')}] for the format ${format}`,
  );
};

/** @throws PosthornError `validation_failed` at /headers when one belongs to the callback of the format. */
export const assertHeaders = ({ format, headers }: { format: string; headers: Record<string, string> }): void => {
  const { reservedHeaders } = findDialect(format);
  const reserved = Object.keys(headers).find((name) => reservedHeaders.has(name.toLowerCase()));
  if (reserved === undefined) return;
  throw invalidField(
    '/headers',
    'headers.forbidden',
    `headers may not set ${reserved}: it belongs to the delivery itself`,
  );
};

/** Fields of a definition that are judged against the world outside, when they are new. */
type Judged = Pick<NewWebhookDefinition, 'type' | 'targetUrl' | 'httpMethod' | 'headers'>;

/**
 * Judges a definition whoever made it; of a stored webhook (`current`) only what changes is judged against address guard
 * and format, so that a webhook that became unusable meanwhile can still be renamed or stopped.
 * @throws PosthornError `validation_failed` with pointers into WebhookDefinition.
 */
export const assertDefinition = (
  checkTargetUrl: CheckTargetUrl,
  { format, ...definition }: NewWebhookDefinition,
  current: Judged | null = null,
): void => {
  const what = 'The webhook is not valid';
  assertStorable(definition, what);
  validate(webhookDefinitionSchema, definition, what);
  const { type, targetUrl, httpMethod, headers } = definition;
  assertNotListening({ type, targetUrl }, current);
  if (httpMethod !== current?.httpMethod) assertMethod({ format, httpMethod });
  if (JSON.stringify(headers) !== JSON.stringify(current?.headers)) assertHeaders({ format, headers });
  if (type !== current?.type || targetUrl !== current.targetUrl) assertTargetUrl(checkTargetUrl, { type, targetUrl });
};
