import { type CreatedToken, createTokenSchema, PosthornError, type TokenScope } from '@posthorn/contracts';
import { type Author, findAccount, generateToken, insertToken } from '@posthorn/database';
import { type Auth, hasScope } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch, readBody } from '../http/read-input.ts';
import { viewToken } from './view-account.ts';

interface TokenRequest {
  accountId: number;
  author: Author;
  body: unknown;
  /** Who gives it, when its own scopes bound what it may give. */
  giver?: Pick<Auth, 'scopes'>;
}

const assertMayGive = (giver: Pick<Auth, 'scopes'>, scopes: readonly TokenScope[]): void => {
  const lacking = scopes.find((scope) => !hasScope(giver, scope));
  if (lacking === undefined) return;
  throw new PosthornError('forbidden', `A token gives no scope that it lacks: this one has no \`${lacking}\`.`);
};

/**
 * Creates a token of an account. Its value is in this answer and nowhere else.
 * @throws PosthornError `validation_failed`, `forbidden`, `not_found`
 */
export const createToken = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, author, body, giver }: TokenRequest,
): Promise<CreatedToken> => {
  const { name, scopes } = readBody(createTokenSchema, body);
  if (giver !== undefined) assertMayGive(giver, scopes);
  if ((await findAccount(database, accountId)) === null) throw noSuch('account');
  const tokenValue = generateToken();
  const token = await insertToken(database, author, { accountId, name, scopes, tokenValue });
  return { ...viewToken(token), token: tokenValue };
};
