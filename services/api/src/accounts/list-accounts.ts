import { type AccountView, type Page, pageQuerySchema, type TokenView } from '@posthorn/contracts';
import { type AccountRecord, findAccount, listAccounts, listTokens, type TokenRecord } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Paging, readPage } from '../http/pages.ts';
import { noSuch, readQuery } from '../http/read-input.ts';
import { viewAccount, viewToken } from './view-account.ts';

const accountPaging: Paging<AccountRecord> = { list: 'accounts', key: 'integer', keyOf: (account) => account.id };
const tokenPaging: Paging<TokenRecord> = { list: 'tokens', key: 'uuid', keyOf: (token) => token.id };

/** A page of all accounts, by ascending id. @throws PosthornError `validation_failed` */
export const readAccounts = (
  { database }: Pick<ApiDeps, 'database'>,
  query: Record<string, unknown>,
): Promise<Page<AccountView>> =>
  readPage(
    accountPaging,
    readQuery(pageQuerySchema, query),
    ({ afterKey, limit }) => listAccounts(database, { afterId: Number(afterKey ?? 0), limit }),
    viewAccount,
  );

/** A page of an account's tokens, oldest first. @throws PosthornError `validation_failed`, `not_found` */
export const readTokens = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, query }: { accountId: number; query: Record<string, unknown> },
): Promise<Page<TokenView>> => {
  const parsed = readQuery(pageQuerySchema, query);
  if ((await findAccount(database, accountId)) === null) throw noSuch('account');
  return readPage(
    tokenPaging,
    parsed,
    ({ afterKey, limit }) => listTokens(database, { accountId, afterId: afterKey, limit }),
    viewToken,
  );
};
