import { type CreatedToken, createTokenSchema } from '@posthorn/contracts';
import { type Author, findAccount, generateToken, insertToken } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { noSuch, readBody } from '../http/read-input.ts';
import { viewToken } from './view-account.ts';

/**
 * Creates a token of an account. Its value is in this answer and nowhere else.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const createToken = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, author, body }: { accountId: number; author: Author; body: unknown },
): Promise<CreatedToken> => {
  const { name, scopes } = readBody(createTokenSchema, body);
  if ((await findAccount(database, accountId)) === null) throw noSuch('account');
  const tokenValue = generateToken();
  const token = await insertToken(database, author, { accountId, name, scopes, tokenValue });
  return { ...viewToken(token), token: tokenValue };
};
