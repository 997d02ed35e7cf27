import { rotateSecretSchema, type WebhookSecretView } from '@posthorn/contracts';
import { type Author, generateSecret, type LiveSecrets, rotateSecret } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch, readBody } from '../http/read-input.ts';

const DEFAULT_OVERLAP_SECONDS = 86_400;

export const viewSecrets = ({ secret, previous }: LiveSecrets): WebhookSecretView => ({
  secret,
  previous: previous.map((old) => ({ secret: old.secret, expires: old.expires.toISOString() })),
});

/**
 * Gives a webhook a new secret; the old one signs beside it for the overlap.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const rotateWebhookSecret = async (
  { database, encryption }: Pick<ApiDeps, 'database' | 'encryption'>,
  input: { accountId: number; id: number; author: Author; body: unknown },
): Promise<WebhookSecretView> => {
  // None at all asks for the defaults; null is a body, and not a good one.
  const body = readBody(rotateSecretSchema, input.body === undefined ? {} : input.body);
  const secrets = await rotateSecret(database, encryption, {
    id: input.id,
    accountId: input.accountId,
    secret: body.secret ?? generateSecret(),
    overlapSeconds: body.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS,
    author: input.author,
  });
  if (secrets === null) throw noSuch('webhook');
  return viewSecrets(secrets);
};
