import type { TokenScope } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import { hashToken } from './hash-token.ts';

/** A token without its value, which is stored nowhere. */
export interface TokenRecord {
  id: string;
  accountId: number;
  name: string;
  scopes: TokenScope[];
  created: Date;
  revoked: Date | null;
}

const columns = { id: true, accountId: true, name: true, scopes: true, created: true, revoked: true } as const;

/** @throws a Prisma error when the account does not exist or another token has this value. */
export const insertToken = async (
  { prisma }: Database,
  input: { accountId: number; name: string; scopes: readonly TokenScope[]; tokenValue: string },
): Promise<TokenRecord> => {
  const { accountId, name, scopes, tokenValue } = input;
  const row = await prisma.token.create({
    data: { id: newId(), accountId, name, scopes: [...scopes], hash: hashToken(tokenValue) },
    select: columns,
  });
  return { ...row, scopes: row.scopes as TokenScope[] };
};

/** Tokens of an account, oldest first, revoked ones among them; one query by tokens_account_id_idx, sorted by id. */
export const listTokens = async (
  { prisma }: Database,
  { accountId, afterId, limit }: { accountId: number; afterId: string | null; limit: number },
): Promise<TokenRecord[]> => {
  const rows = await prisma.token.findMany({
    where: { accountId, ...(afterId === null ? {} : { id: { gt: afterId } }) },
    orderBy: { id: 'asc' },
    take: limit,
    select: columns,
  });
  return rows.map((row) => ({ ...row, scopes: row.scopes as TokenScope[] }));
};

/**
 * Ends a token from the next request on. The row stays, so that the name in `registeredBy` keeps its meaning.
 * @returns false when there is no such token or it was revoked before.
 */
export const revokeToken = async ({ prisma }: Database, id: string): Promise<boolean> => {
  const { count } = await prisma.token.updateMany({ where: { id, revoked: null }, data: { revoked: new Date() } });
  return count === 1;
};
